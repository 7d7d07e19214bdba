package io.volccv.picture;

import io.volccv.model.Content;
import io.volccv.model.CvImage;
import io.volccv.model.MediaFormat;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A text inside a PNG, in a chunk {@code iTXt} with the keyword {@value #KEYWORD}. It is put in and
 * read without decoding the picture or holding it in memory.
 *
 * @see <a href="https://www.w3.org/TR/png-3/#11iTXt">iTXt</a>
 */
public final class PngText {

  /** The keyword of the chunk. */
  public static final String KEYWORD = "volccv";

  private PngText() {}

  /**
   * The picture with the text, as a view of the same bytes: it lives as long as {@code image}. The
   * same text gives the same bytes.
   *
   * @return {@code image} itself when it is no PNG, carries one of {@link PictureMarks}, or has
   *     such a text already
   */
  public static CvImage with(CvImage image, String text) throws IOException {
    if (image.format() != MediaFormat.PNG) {
      return image;
    }
    Optional<PngChunks> png = PngChunks.of(image);
    if (png.isEmpty() || png.get().text(KEYWORD).isPresent() || !PictureMarks.of(image).isEmpty()) {
      return image;
    }
    return new CvImage(image.format(), new Embedded(image.stored(), chunk(text)));
  }

  /** The text of a picture; empty when it has none, or is no PNG. */
  public static Optional<String> read(Content picture) throws IOException {
    Optional<PngChunks> png = PngChunks.of(picture);
    return png.isEmpty() ? Optional.empty() : png.get().text(KEYWORD);
  }

  private static byte[] chunk(String text) {
    byte[] keyword = KEYWORD.getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    // after the keyword: its end, not packed, packed how, no language, no translated keyword
    int length = keyword.length + 5 + utf8.length;
    ByteBuffer chunk = ByteBuffer.allocate(length + 12);
    chunk.putInt(length).put("iTXt".getBytes(StandardCharsets.ISO_8859_1));
    chunk.put(keyword).put(new byte[5]).put(utf8);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, length + 4);
    return chunk.putInt((int) crc.getValue()).array();
  }

  /** The stored picture with a chunk behind its first one. */
  private record Embedded(Spool.Stored base, byte[] chunk) implements Spool.Stored {

    private Spliced spliced() {
      long header = PngChunks.HEADER_BYTES;
      return new Spliced(
          base,
          List.of(
              Spliced.Part.of(0, header),
              Spliced.Part.of(chunk),
              Spliced.Part.of(header, base.length() - header)));
    }

    @Override
    public long length() {
      return base.length() + chunk.length;
    }

    @Override
    public ReadableByteChannel open() throws IOException {
      return spliced().open();
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty(); // that has the picture without the chunk
    }

    @Override
    public Spool.Stored share() {
      return new Embedded(base.share(), chunk);
    }

    @Override
    public void release() {
      base.release();
    }
  }
}
