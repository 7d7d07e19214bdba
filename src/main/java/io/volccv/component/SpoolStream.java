package io.volccv.component;

import io.volccv.model.Spool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A spool writer as the stream that Camel's caches write to. */
final class SpoolStream extends OutputStream {

  private final Spool.Writer writer;

  SpoolStream(Spool.Writer writer) {
    this.writer = writer;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    writer.write(ByteBuffer.wrap(bytes, offset, length));
  }
}
