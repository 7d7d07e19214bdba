package io.volccv.model;

import java.util.List;

/** The formats that the service takes or gives, told by their first bytes and never by a name. */
public enum MediaFormat {
  JPEG("image/jpeg", "jpg"),
  PNG("image/png", "png"),
  WEBP("image/webp", "webp"),
  GIF("image/gif", "gif"),
  BMP("image/bmp", "bmp"),
  TIFF("image/tiff", "tif"),
  HEIC("image/heic", "heic"),
  AVIF("image/avif", "avif"),
  MP4("video/mp4", "mp4"),
  UNKNOWN("application/octet-stream", "bin");

  /** How many first bytes {@link #of(byte[], int)} wants to see. */
  public static final int PROBE_BYTES = 12;

  private record Magic(MediaFormat format, int offset, String bytes) {

    boolean matches(byte[] head, int length) {
      if (length < offset + bytes.length()) {
        return false;
      }
      for (int i = 0; i < bytes.length(); i++) {
        if ((head[offset + i] & 0xff) != bytes.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Magic> MAGIC =
      List.of(
          new Magic(JPEG, 0, "\u00ff\u00d8\u00ff"),
          new Magic(PNG, 0, "\u0089PNG\r\n\u001a\n"),
          new Magic(WEBP, 8, "WEBP"),
          new Magic(GIF, 0, "GIF8"),
          new Magic(BMP, 0, "BM"),
          new Magic(TIFF, 0, "II*\0"),
          new Magic(TIFF, 0, "MM\0*"),
          new Magic(HEIC, 4, "ftyphei"),
          new Magic(HEIC, 4, "ftypmif1"),
          new Magic(AVIF, 4, "ftypavi"),
          new Magic(MP4, 4, "ftyp"));

  private final String mediaType;
  private final String extension;

  MediaFormat(String mediaType, String extension) {
    this.mediaType = mediaType;
    this.extension = extension;
  }

  /** The format that the first {@code length} bytes of {@code head} announce. */
  public static MediaFormat of(byte[] head, int length) {
    return MAGIC.stream()
        .filter(magic -> magic.matches(head, length))
        .map(Magic::format)
        .findFirst()
        .orElse(UNKNOWN);
  }

  /** The media type, for example {@code image/jpeg}. */
  public String mediaType() {
    return mediaType;
  }

  /** The usual file name extension without the dot. */
  public String extension() {
    return extension;
  }

  /** Whether the service takes it as an input picture (JPEG and PNG only). */
  public boolean isInput() {
    return this == JPEG || this == PNG;
  }
}
