package io.volccv.wire;

import io.volccv.model.Content;
import io.volccv.model.Spool;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Optional;

/** A spool in memory that knows how many pictures nobody has let go of. */
final class CountingSpool implements Spool {

  private int held;

  int held() {
    return held;
  }

  @Override
  public Writer create() {
    held++;
    return new Writer() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      private boolean ended;

      @Override
      public void write(ByteBuffer block) {
        byte[] copy = new byte[block.remaining()];
        block.get(copy);
        bytes.writeBytes(copy);
      }

      @Override
      public Stored finish() {
        ended = true;
        return new Kept(bytes.toByteArray());
      }

      @Override
      public void discard() {
        if (!ended) {
          ended = true;
          held--;
        }
      }
    };
  }

  private final class Kept implements Stored {

    private final byte[] bytes;
    private boolean released;

    Kept(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public ReadableByteChannel open() throws java.io.IOException {
      return Content.of(bytes).open();
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public Stored share() {
      held++;
      return new Kept(bytes);
    }

    @Override
    public void release() {
      if (!released) {
        released = true;
        held--;
      }
    }
  }
}
