package io.volccv.files;

import io.volccv.model.CvImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request in several parts, one after the other, that can be sent again: Camel resets
 * a {@link StreamCache} before each attempt.
 */
final class RequestParts extends InputStream implements StreamCache {

  /** Bytes of known number that can be read any number of times. */
  record Part(long length, Source source) {}

  @FunctionalInterface
  interface Source {
    InputStream open() throws IOException;
  }

  private final List<Part> parts;
  private @Nullable InputStream current;
  private long position;

  RequestParts(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  static Part bytes(byte[] bytes) {
    return new Part(bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  static Part text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  static Part picture(CvImage image) {
    return new Part(image.length(), image::stream);
  }

  /** All of it, from the beginning; the caller closes it. */
  InputStream open() throws IOException {
    List<InputStream> streams = new ArrayList<>();
    for (Part part : parts) {
      streams.add(part.source().open());
    }
    return new SequenceInputStream(Collections.enumeration(streams));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    InputStream in = current == null ? open() : current;
    current = in;
    int n = in.read(to, offset, length);
    position += Math.max(0, n);
    return n;
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  @Override
  public void reset() {
    try {
      close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot begin the request again", e);
    }
    position = 0;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (InputStream in = open()) {
      in.transferTo(out);
    }
  }

  @Override
  public StreamCache copy(Exchange exchange) {
    return new RequestParts(parts);
  }

  @Override
  public boolean inMemory() {
    return false;
  }

  @Override
  public long length() {
    return parts.stream().mapToLong(Part::length).sum();
  }

  @Override
  public long position() {
    return position;
  }
}
