package io.volccv.component;

import io.volccv.model.CvImage;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Converter;

/** Lets any endpoint that takes streams or bytes take a {@link CvImage}. */
@Converter(generateLoader = true)
public final class CvImageConverters {

  private CvImageConverters() {}

  /** A new stream from the first byte; the reader closes it. */
  @Converter
  public static InputStream toInputStream(CvImage image) throws IOException {
    return image.stream();
  }

  /** The whole picture on the heap: for small ones. */
  @Converter
  public static byte[] toBytes(CvImage image) throws IOException {
    try (InputStream in = image.stream()) {
      return in.readAllBytes();
    }
  }
}
