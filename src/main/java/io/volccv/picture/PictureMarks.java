package io.volccv.picture;

import io.volccv.model.Content;
import io.volccv.model.MediaFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Signs of origin that a picture already carries, found without decoding it: {@code C2PA} (a
 * manifest of the Coalition for Content Provenance and Authenticity) and {@code AIGC} (the label of
 * the Chinese standard GB 45438-2025).
 *
 * <p>Whoever changes such a picture makes its mark invalid.
 */
public final class PictureMarks {

  private static final String C2PA = "C2PA";
  private static final String AIGC = "AIGC";

  private PictureMarks() {}

  /** The marks, in alphabetical order; none of what is neither JPEG nor PNG. */
  public static Set<String> of(Content picture) throws IOException {
    Set<String> marks = new TreeSet<>();
    byte[] head;
    try (InputStream in = Channels.newInputStream(picture.open())) {
      head = in.readNBytes(MediaFormat.PROBE_BYTES);
    }
    switch (MediaFormat.of(head, head.length)) {
      case PNG -> png(PngChunks.of(picture), marks);
      case JPEG -> jpeg(JpegSegments.of(picture), marks);
      default -> {}
    }
    return marks;
  }

  private static void png(Optional<PngChunks> png, Set<String> marks) throws IOException {
    if (png.isEmpty()) {
      return;
    }
    if (png.get().has("caBX")) {
      marks.add(C2PA);
    }
    for (PngChunks.Text text : png.get().texts()) {
      if (text.keyword().equals(PngText.KEYWORD)) {
        continue; // our own, in which a prompt may speak of anything
      }
      if (text.keyword().equals(AIGC) || text.text().contains(AIGC)) {
        marks.add(AIGC);
      }
      if (text.text().contains("c2pa")) {
        marks.add(C2PA);
      }
    }
    if (png.get().holds("eXIf", AIGC)) {
      marks.add(AIGC);
    }
  }

  private static void jpeg(Optional<JpegSegments> jpeg, Set<String> marks) throws IOException {
    if (jpeg.isEmpty()) {
      return;
    }
    // JUMBF boxes (ISO 19566-5) are in APP11; XMP and EXIF in APP1
    if (jpeg.get().has(JpegSegments.APP11, "jumb") || jpeg.get().has(JpegSegments.APP1, "c2pa")) {
      marks.add(C2PA);
    }
    if (jpeg.get().has(JpegSegments.APP1, AIGC)) {
      marks.add(AIGC);
    }
  }
}
