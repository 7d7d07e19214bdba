package io.volccv.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.model.Content;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Pictures of four coloured quarters, so that it can be seen how they were turned. */
public final class TestPictures {

  private static final Map<Character, Color> COLOURS =
      Map.of(
          'A', new Color(230, 20, 20),
          'B', new Color(20, 200, 20),
          'C', new Color(20, 20, 230),
          'D', new Color(240, 240, 240));

  private TestPictures() {}

  /** Four quarters: red and green above blue and white. */
  public static BufferedImage quarters(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D graphics = image.createGraphics();
    int x = width / 2;
    int y = height / 2;
    fill(graphics, 'A', 0, 0, x, y);
    fill(graphics, 'B', x, 0, width - x, y);
    fill(graphics, 'C', 0, y, x, height - y);
    fill(graphics, 'D', x, y, width - x, height - y);
    graphics.dispose();
    return image;
  }

  private static void fill(Graphics2D graphics, char colour, int x, int y, int w, int h) {
    graphics.setColor(COLOURS.get(colour));
    graphics.fillRect(x, y, w, h);
  }

  /** Which quarters lie where: upper left, upper right, lower left, lower right. */
  static String seen(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    return ""
        + seen(image, w / 4, h / 4)
        + seen(image, w * 3 / 4, h / 4)
        + seen(image, w / 4, h * 3 / 4)
        + seen(image, w * 3 / 4, h * 3 / 4);
  }

  private static char seen(BufferedImage image, int x, int y) {
    Color seen = new Color(image.getRGB(x, y));
    return COLOURS.entrySet().stream()
        .min(java.util.Comparator.comparingInt(known -> distance(known.getValue(), seen)))
        .filter(known -> distance(known.getValue(), seen) < 90)
        .orElseThrow(() -> new AssertionError("the colour " + seen))
        .getKey();
  }

  private static int distance(Color a, Color b) {
    return Math.abs(a.getRed() - b.getRed())
        + Math.abs(a.getGreen() - b.getGreen())
        + Math.abs(a.getBlue() - b.getBlue());
  }

  public static byte[] bytes(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).as(format).isTrue();
    return out.toByteArray();
  }

  public static byte[] png(int width, int height) throws IOException {
    return bytes(quarters(width, height, BufferedImage.TYPE_INT_RGB), "png");
  }

  public static byte[] jpeg(int width, int height) throws IOException {
    return bytes(quarters(width, height, BufferedImage.TYPE_INT_RGB), "jpg");
  }

  static byte[] file(String name) throws IOException {
    return Files.readAllBytes(Path.of("src/test/resources/pictures", name));
  }

  static void writeProgressive(BufferedImage image, Path file) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file.toFile())) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
  }

  /** An EXIF block with an orientation and, if asked for, a place. */
  static byte[] exif(int orientation, boolean place) {
    ByteBuffer exif = ByteBuffer.allocate(place ? 68 : 26);
    exif.put("MM".getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(8);
    exif.putShort((short) (place ? 2 : 1));
    exif.putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
    exif.putShort((short) 0);
    if (place) {
      exif.putShort((short) 0x8825).putShort((short) 4).putInt(1).putInt(38).putInt(0);
      exif.putShort((short) 1); // the directory of the place: GPSLatitudeRef N
      exif.putShort((short) 1).putShort((short) 2).putInt(2).put((byte) 'N').put(new byte[3]);
      exif.putInt(0);
    } else {
      exif.putInt(0);
    }
    return exif.array();
  }

  public static byte[] withExif(byte[] jpeg, int orientation, boolean place) {
    byte[] exif = exif(orientation, place);
    ByteBuffer segment = ByteBuffer.allocate(exif.length + 10);
    segment.putShort((short) 0xffe1).putShort((short) (exif.length + 8));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(exif);
    return inserted(jpeg, 2, segment.array());
  }

  static byte[] withChunk(byte[] png, String type, byte[] data) {
    return inserted(png, 33, chunk(type, data));
  }

  static byte[] chunk(String type, byte[] data) {
    ByteBuffer chunk = ByteBuffer.allocate(data.length + 12);
    chunk.putInt(data.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, data.length + 4);
    return chunk.putInt((int) crc.getValue()).array();
  }

  static byte[] inserted(byte[] bytes, int at, byte[] more) {
    return ByteBuffer.allocate(bytes.length + more.length)
        .put(bytes, 0, at)
        .put(more)
        .put(bytes, at, bytes.length - at)
        .array();
  }

  /** A PNG of any size, of which no two rows are in memory. */
  static void writeLargePng(int width, int height, Path file) throws IOException {
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
      out.write(
          chunk(
              "IHDR",
              ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2}).array()));
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (OutputStream deflated = new DeflaterOutputStream(packed)) {
        byte[] row = new byte[1 + width * 3];
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            char quarter =
                (y < height / 2 ? (x < width / 2 ? 'A' : 'B') : (x < width / 2 ? 'C' : 'D'));
            Color colour = COLOURS.get(quarter);
            row[1 + 3 * x] = (byte) colour.getRed();
            row[2 + 3 * x] = (byte) colour.getGreen();
            row[3 + 3 * x] = (byte) colour.getBlue();
          }
          deflated.write(row);
        }
      }
      out.write(chunk("IDAT", packed.toByteArray()));
      out.write(chunk("IEND", new byte[0]));
    }
  }

  static byte[] bytes(Content content) throws IOException {
    try (InputStream in = Channels.newInputStream(content.open())) {
      return in.readAllBytes();
    }
  }

  static BufferedImage image(Content content) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(bytes(content)));
  }
}
