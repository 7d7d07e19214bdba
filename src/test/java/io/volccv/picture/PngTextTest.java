package io.volccv.picture;

import static io.volccv.picture.TestPictures.bytes;
import static io.volccv.picture.TestPictures.chunk;
import static io.volccv.picture.TestPictures.exif;
import static io.volccv.picture.TestPictures.image;
import static io.volccv.picture.TestPictures.inserted;
import static io.volccv.picture.TestPictures.jpeg;
import static io.volccv.picture.TestPictures.png;
import static io.volccv.picture.TestPictures.withChunk;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.client.FileSpool;
import io.volccv.model.Content;
import io.volccv.model.CvImage;
import io.volccv.model.MediaFormat;
import io.volccv.model.Spool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PngTextTest {

  private static final String TEXT = "{\"prompt\":\"猫 in oil\"}";

  @TempDir Path folder;
  private FileSpool spool;

  @BeforeEach
  void open() throws IOException {
    spool = FileSpool.open(folder, 200);
  }

  @AfterEach
  void close() throws IOException {
    spool.close();
  }

  @Test
  void theTextIsInThePictureAndNothingElseIsChanged() throws IOException {
    byte[] plain = png(640, 480);
    CvImage original = stored(plain);

    CvImage made = PngText.with(original, TEXT);

    assertThat(PngText.read(made)).contains(TEXT);
    byte[] written = bytes(made);
    assertThat(written).hasSize((int) made.length());
    int text = written.length - plain.length;
    assertThat(Arrays.copyOf(written, 33)).isEqualTo(Arrays.copyOf(plain, 33));
    assertThat(Arrays.copyOfRange(written, 33 + text, written.length))
        .isEqualTo(Arrays.copyOfRange(plain, 33, plain.length));
    assertThat(TestPictures.seen(image(made))).isEqualTo("ABCD");
    assertThat(made.file()).as("the file has no text").isEmpty();
    assertThat(bytes(PngText.with(original, TEXT))).as("the same every time").isEqualTo(written);
    assertThat(PngText.with(made, "another")).as("only one").isSameAs(made);
  }

  @Test
  void aHoldOfItsOwnKeepsThePicture() throws IOException {
    CvImage original = stored(png(640, 480));
    CvImage made = PngText.with(original, TEXT);

    CvImage shared = made.share();
    made.release();

    assertThat(PngText.read(shared)).contains(TEXT);
    shared.release();
    assertThat(original.file().orElseThrow()).doesNotExist();
  }

  @Test
  void otherFormatsAndWhatIsBrokenAreNotChanged() throws IOException {
    CvImage jpeg = new CvImage(MediaFormat.JPEG, stored(jpeg(64, 48)).stored());
    CvImage broken = stored(Arrays.copyOf(png(64, 48), 20));

    assertThat(PngText.with(jpeg, TEXT)).isSameAs(jpeg);
    assertThat(PngText.with(broken, TEXT)).isSameAs(broken);
    assertThat(PngText.read(jpeg)).isEmpty();
  }

  @Test
  void aPictureWithAMarkIsNotChanged() throws IOException {
    byte[] plain = png(64, 48);
    byte[] xmp = "XML:com.adobe.xmp\0\0\0\0\0<TC260:AIGC>{}</TC260:AIGC>".getBytes(UTF_8);
    byte[][] aigc = {
      withChunk(plain, "tEXt", "AIGC\0{\"Label\":\"1\"}".getBytes(UTF_8)),
      withChunk(plain, "iTXt", xmp),
      withChunk(plain, "zTXt", packed("Comment\0\0", "{\"AIGC\":{}}")),
      withChunk(plain, "eXIf", join(exif(1, false), "AIGC".getBytes(UTF_8))),
    };

    for (byte[] marked : aigc) {
      CvImage image = stored(marked);
      assertThat(PngText.with(image, TEXT)).isSameAs(image);
      assertThat(PictureMarks.of(image)).containsExactly("AIGC");
    }
    CvImage c2pa = stored(withChunk(plain, "caBX", new byte[20]));
    assertThat(PngText.with(c2pa, TEXT)).isSameAs(c2pa);
    assertThat(PictureMarks.of(c2pa)).containsExactly("C2PA");
  }

  @Test
  void aPromptThatSpeaksOfMarksIsNone() throws IOException {
    CvImage made = PngText.with(stored(png(64, 48)), "{\"prompt\":\"AIGC and c2pa\"}");

    assertThat(PictureMarks.of(made)).isEmpty();
  }

  @Test
  void theMarksOfAJpegAreFoundToo() throws IOException {
    byte[] jumbf = {(byte) 0xff, (byte) 0xeb, 0, 10, 'J', 'P', 0, 1, 'j', 'u', 'm', 'b'};

    assertThat(PictureMarks.of(Content.of(inserted(jpeg(64, 48), 2, jumbf))))
        .containsExactly("C2PA");
    assertThat(PictureMarks.of(Content.of(jpeg(64, 48)))).isEmpty();
  }

  @Test
  void hostileChunksEndTheReadingAndNotTheProcess() throws IOException {
    byte[] endless = png(64, 48);
    ByteBuffer.wrap(endless).putInt(33, -1);
    byte[] unfinished =
        join(Arrays.copyOf(png(64, 48), 33), chunk("iTXt", "volccv".getBytes(UTF_8)));
    byte[] bomb = withChunk(png(64, 48), "zTXt", packed("volccv\0\0", "x".repeat(1 << 24)));

    assertThat(PngText.read(Content.of(endless))).isEmpty();
    assertThat(PngText.read(Content.of(unfinished))).contains("");
    assertThat(PngText.read(Content.of(bomb)).orElseThrow()).hasSize(256 * 1024);
  }

  private static byte[] packed(String head, String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(head.getBytes(ISO_8859_1));
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    return inserted(first, first.length, second);
  }

  private CvImage stored(byte[] bytes) throws IOException {
    Spool.Writer writer = spool.create();
    writer.write(ByteBuffer.wrap(bytes));
    return new CvImage(MediaFormat.PNG, writer.finish());
  }
}
