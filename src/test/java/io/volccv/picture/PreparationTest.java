package io.volccv.picture;

import static io.volccv.picture.TestPictures.bytes;
import static io.volccv.picture.TestPictures.exif;
import static io.volccv.picture.TestPictures.file;
import static io.volccv.picture.TestPictures.image;
import static io.volccv.picture.TestPictures.jpeg;
import static io.volccv.picture.TestPictures.png;
import static io.volccv.picture.TestPictures.quarters;
import static io.volccv.picture.TestPictures.seen;
import static io.volccv.picture.TestPictures.withChunk;
import static io.volccv.picture.TestPictures.withExif;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.client.FileSpool;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.MediaFormat;
import io.volccv.model.PictureLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PreparationTest {

  private static final PictureLimits LIMITS = new PictureLimits(40_000, 0, 100);

  @TempDir Path folder;
  private FileSpool spool;

  @BeforeEach
  void open() throws IOException {
    spool = FileSpool.open(folder, 16);
  }

  @AfterEach
  void close() throws IOException {
    spool.close();
  }

  @Test
  void whatNeedsNoChangeIsTheVerySameContent() throws IOException {
    for (byte[] picture :
        new byte[][] {png(64, 48), jpeg(64, 48), withExif(jpeg(64, 48), 1, false)}) {
      Content content = Content.of(picture);

      assertThat(prepare(content)).isSameAs(content);
    }
  }

  @Test
  void whatIsNoPictureIsLeftToTheCheckBeforeTheCall() throws IOException {
    for (String text : new String[] {"", "no picture", "GIF", "\0\0\0 ftypheic"}) {
      Content content = Content.of(text.getBytes(UTF_8));

      assertThat(prepare(content)).isSameAs(content);
    }
    Content cutHeader = Content.of(Arrays.copyOf(png(64, 48), 20));
    assertThat(prepare(cutHeader)).isSameAs(cutHeader);
  }

  @ParameterizedTest
  @CsvSource({"1,ABCD", "2,BADC", "3,DCBA", "4,CDAB", "5,ACBD", "6,CADB", "7,DBCA", "8,BDAC"})
  void isTurnedUprightAsExifSays(int orientation, String upright) throws IOException {
    Content jpeg = prepare(Content.of(withExif(jpeg(64, 48), orientation, false)));
    Content png = prepare(Content.of(withChunk(png(64, 48), "eXIf", exif(orientation, false))));

    assertThat(seen(image(jpeg))).isEqualTo(upright);
    assertThat(seen(image(png))).isEqualTo(upright);
    assertThat(image(png).getWidth()).isEqualTo(orientation > 4 ? 48 : 64);
    assertThat(image(png).getRGB(0, 0)).as("to the edge").isEqualTo(image(png).getRGB(3, 3));
    assertThat(format(png)).isEqualTo(MediaFormat.PNG);
    assertThat(prepare(jpeg)).as("once more changes nothing").isSameAs(jpeg);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gif", "bmp", "tiff"})
  void otherFormatsBecomeWhatTheServiceTakes(String format) throws IOException {
    byte[] original = bytes(quarters(64, 48, BufferedImage.TYPE_INT_RGB), format);

    Content made = prepare(Content.of(original));

    assertThat(format(made)).isEqualTo(format.equals("gif") ? MediaFormat.PNG : MediaFormat.JPEG);
    assertThat(seen(image(made))).isEqualTo("ABCD");
  }

  @Test
  void webpBecomesAJpegThatIsUprightAndTellsNoPlace() throws IOException {
    Content made = prepare(Content.of(file("turned.webp")));

    assertThat(format(made)).isEqualTo(MediaFormat.JPEG);
    assertThat(seen(image(made))).isEqualTo("CADB");
    assertThat(JpegSegments.of(made).orElseThrow().exif()).isEqualTo(ExifTags.NONE);
  }

  @Test
  void transparencyIsKept() throws IOException {
    Content made = prepare(Content.of(file("transparent.webp")));

    assertThat(format(made)).isEqualTo(MediaFormat.PNG);
    assertThat(image(made).getRGB(10, 40) >>> 24).isZero();
    assertThat(image(made).getRGB(50, 40) >>> 24).isEqualTo(128);
    assertThat(image(made).getRGB(10, 10)).isEqualTo(0xffe61414);
  }

  @Test
  void whatHoldsSeveralPicturesIsRefused() throws IOException {
    BufferedImage frame = quarters(64, 48, BufferedImage.TYPE_INT_RGB);

    assertThatThrownBy(() -> prepare(Content.of(file("animated.webp")))).satisfies(this::isSeveral);
    assertThatThrownBy(() -> prepare(Content.of(sequence("gif", frame, frame))))
        .satisfies(this::isSeveral);
    assertThatThrownBy(() -> prepare(Content.of(sequence("tiff", frame, frame))))
        .satisfies(this::isSeveral);
    byte[] apng = withChunk(png(64, 48), "acTL", new byte[] {0, 0, 0, 2, 0, 0, 0, 0});
    assertThatThrownBy(() -> prepare(Content.of(apng))).satisfies(this::isSeveral);
  }

  private void isSeveral(Throwable failure) {
    assertThat(failure)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("the file holds more than one picture; save the one that is meant on its own");
  }

  private static byte[] sequence(String format, BufferedImage... frames) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(null);
      for (BufferedImage frame : frames) {
        writer.writeToSequence(new IIOImage(frame, null, null), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  @Test
  void coloursOfAPrinterBecomeThoseOfAScreen() throws IOException {
    Content made = prepare(Content.of(file("cmyk.jpg")));

    assertThat(format(made)).isEqualTo(MediaFormat.JPEG);
    assertThat(JpegSegments.of(made).orElseThrow().components()).isEqualTo(3);
    assertThat(seen(image(made))).isEqualTo("ABCD");
  }

  @Test
  void sixteenBitsAreKeptWhileNothingElseHasToChange() throws IOException {
    BufferedImage grey = new BufferedImage(64, 48, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setSample(5, 5, 0, 40_000);
    Content fits = Content.of(bytes(grey, "png"));
    BufferedImage large = new BufferedImage(200, 100, BufferedImage.TYPE_USHORT_GRAY);
    large.getRaster().setSamples(0, 0, 200, 100, 0, filled(20_000, 40_000));

    Content made = prepare(Content.of(bytes(large, "png")));

    assertThat(prepare(fits)).isSameAs(fits);
    assertThat(image(made).getWidth()).isEqualTo(100);
    assertThat(image(made).getHeight()).isEqualTo(50);
    assertThat(image(made).getColorModel().getComponentSize(0)).isEqualTo(8);
    int level = image(made).getRGB(10, 10) & 0xff;
    assertThat(level).as("the grey of 40000 of 65535").isBetween(140, 215);
  }

  private static int[] filled(int count, int value) {
    int[] all = new int[count];
    Arrays.fill(all, value);
    return all;
  }

  @Test
  void whatIsTooLargeIsShrunkInItsRatio() throws IOException {
    Content made = prepare(Content.of(jpeg(640, 480)));

    assertThat(image(made).getWidth()).isEqualTo(100);
    assertThat(image(made).getHeight()).isEqualTo(75);
    assertThat(seen(image(made))).isEqualTo("ABCD");
  }

  @Test
  void theLimitOfPixelsInAllIsKeptToo() throws IOException {
    Content made =
        new Preparation(1 << 30, 1 << 20)
            .prepare(Content.of(png(300, 200)), new PictureLimits(0, 15_000, 0), spool);

    BufferedImage image = image(made);
    assertThat(image.getWidth() * image.getHeight()).isBetween(14_500, 15_000);
    assertThat((double) image.getWidth() / image.getHeight()).isBetween(1.48, 1.52);
  }

  @Test
  void aFileOfTooManyBytesBecomesOneThatFits() throws IOException {
    BufferedImage noise = new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(7);
    for (int i = 0; i < 90_000; i++) {
      noise.setRGB(i % 300, i / 300, random.nextInt());
    }

    Content made =
        new Preparation(1 << 30, 1 << 20)
            .prepare(Content.of(bytes(noise, "png")), new PictureLimits(40_000, 0, 0), spool);

    assertThat(made.length()).isBetween(15_000L, 40_000L);
    assertThat(format(made)).isEqualTo(MediaFormat.JPEG);
  }

  @Test
  void thePlaceIsTakenOutWithoutTouchingThePixels() throws IOException {
    byte[] plain = jpeg(64, 48);

    Content made = prepare(Content.of(withExif(plain, 1, true)));

    assertThat(made).isInstanceOf(Spliced.class);
    assertThat(bytes(made)).isEqualTo(plain);
    byte[] trailing = Arrays.copyOf(withExif(plain, 1, true), plain.length + 600);
    assertThat(bytes(prepare(Content.of(trailing)))).as("nor what follows").isEqualTo(plain);
  }

  @Test
  void thePlaceOfAPngIsTakenOutToo() throws IOException {
    byte[] plain = png(64, 48);
    byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<x exif:GPSLatitude='52,31N'/>".getBytes(UTF_8);
    byte[] both = withChunk(withChunk(plain, "eXIf", exif(1, true)), "iTXt", xmp);

    assertThat(bytes(prepare(Content.of(both)))).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsCutOffIsRefusedWhetherItIsDecodedOrNot(boolean small) throws IOException {
    int width = small ? 64 : 640;
    byte[] jpeg = jpeg(width, 480 * width / 640);
    byte[] png = png(width, 480 * width / 640);

    for (byte[] whole : new byte[][] {jpeg, png}) {
      Content cut = Content.of(Arrays.copyOf(whole, whole.length - 40));
      assertThatThrownBy(() -> prepare(cut))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage("the picture is cut off before its end; copy the file again");
    }
  }

  @Test
  void aBrokenInsideIsRefused() throws IOException {
    byte[] png = png(640, 480);
    Arrays.fill(png, 60, 120, (byte) 0x55);

    assertThatThrownBy(() -> prepare(Content.of(png)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the picture cannot be decoded")
        .hasMessageEndingWith("save it again as JPEG or PNG");
  }

  @Test
  void aBombIsRefusedByItsHeader() throws IOException {
    byte[] bomb = png(64, 48);
    ByteBuffer.wrap(bomb).putInt(16, 30_000).putInt(20, 30_000);

    assertThatThrownBy(
            () -> new Preparation(100_000_000, 1 << 24).prepare(Content.of(bomb), LIMITS, spool))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "the picture has 30000x30000 pixels, at most 100000000 in all can be prepared; shrink"
                + " it");
  }

  @Test
  void hostileDirectoriesTellNothing() throws IOException {
    byte[] endless = exif(6, true);
    ByteBuffer.wrap(endless).putInt(4, 0x7fffffff);
    byte[] crowded = exif(6, false);
    ByteBuffer.wrap(crowded).putShort(8, (short) 0xffff);

    assertThat(ExifTags.of(Content.of(endless))).isEqualTo(ExifTags.NONE);
    assertThat(ExifTags.of(Content.of(crowded))).isEqualTo(ExifTags.NONE);
  }

  @Test
  void nothingIsLeftInTheSpoolOfWhatWasTooLarge() throws IOException {
    Content made =
        new Preparation(1 << 30, 1 << 20)
            .prepare(Content.of(png(300, 200)), new PictureLimits(600, 0, 0), spool);

    assertThat(made.length()).isLessThanOrEqualTo(600);
    try (var files = java.nio.file.Files.walk(folder)) {
      assertThat(files.filter(file -> file.getFileName().toString().matches("\\d+"))).hasSize(1);
    }
  }

  private Content prepare(Content picture) throws IOException {
    return new Preparation(1 << 30, 1 << 20).prepare(picture, LIMITS, spool);
  }

  private static MediaFormat format(Content content) throws IOException {
    byte[] bytes = bytes(content);
    return MediaFormat.of(bytes, bytes.length);
  }
}
