package io.volccv.component;

import io.volccv.model.CvImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;

/**
 * One picture as the body: a stream that can be read again, and that survives wireTap, seda and
 * parallel branches, each with a hold of its own on the bytes.
 */
final class CvImageStream extends InputStream implements StreamCache {

  private final CvImage image;
  private @Nullable InputStream current;
  private long position;

  private CvImageStream(CvImage image) {
    this.image = image;
  }

  /** A stream that is closed with the exchange: an open file keeps its space on the disk. */
  static CvImageStream of(CvImage image, Exchange exchange) {
    CvImageStream stream = new CvImageStream(image);
    WhenDone.run(exchange, stream::reset);
    return stream;
  }

  @Override
  public int read() throws IOException {
    int b = stream().read();
    if (b >= 0) {
      position++;
    }
    return b;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int count = stream().read(target, offset, length);
    if (count > 0) {
      position += count;
    }
    return count;
  }

  @Override
  public int available() {
    return (int) Math.min(Integer.MAX_VALUE, image.length() - position);
  }

  private InputStream stream() throws IOException {
    if (current == null) {
      current = image.stream();
    }
    return current;
  }

  @Override
  public void reset() {
    try {
      close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    position = 0;
    if (current != null) {
      current.close();
      current = null;
    }
  }

  @Override
  public void writeTo(OutputStream target) throws IOException {
    stream().transferTo(target);
    position = image.length();
  }

  @Override
  public StreamCache copy(Exchange exchange) {
    CvImage shared = image.share();
    WhenDone.run(exchange, shared::release);
    return of(shared, exchange);
  }

  @Override
  public boolean inMemory() {
    return image.file().isEmpty();
  }

  @Override
  public long length() {
    return image.length();
  }

  @Override
  public long position() {
    return position;
  }
}
