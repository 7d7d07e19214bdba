package io.volccv.picture;

import io.volccv.model.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/** Parts of a content and bytes of our own, one after the other, without a copy of the content. */
record Spliced(Content base, List<Part> parts) implements Content {

  /**
   * @param offset in the content; not used with bytes of our own
   * @param bytes our own; empty for a part of the content
   */
  record Part(long offset, long length, byte[] bytes) {

    static Part of(long offset, long length) {
      return new Part(offset, length, new byte[0]);
    }

    static Part of(byte[] bytes) {
      return new Part(0, bytes.length, bytes);
    }
  }

  Spliced {
    parts = List.copyOf(parts);
  }

  /** A part alone. */
  static Spliced part(Content base, long offset, long length) {
    return new Spliced(base, List.of(Part.of(offset, length)));
  }

  @Override
  public long length() {
    return parts.stream().mapToLong(Part::length).sum();
  }

  @Override
  public SeekableByteChannel open() throws IOException {
    return new Channel(seekable(base), this);
  }

  /**
   * The content for random access; the caller closes it.
   *
   * @throws IOException also when it cannot be read that way
   */
  static SeekableByteChannel seekable(Content content) throws IOException {
    ReadableByteChannel channel = content.open();
    if (channel instanceof SeekableByteChannel seekable) {
      return seekable;
    }
    channel.close();
    throw new IOException("the picture can be read from its beginning only");
  }

  private static final class Channel implements SeekableByteChannel {
    private final SeekableByteChannel base;
    private final List<Part> parts;
    private final long size;
    private long position;

    Channel(SeekableByteChannel base, Spliced content) {
      this.base = base;
      this.parts = content.parts();
      this.size = content.length();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      long begin = 0;
      for (Part part : parts) {
        if (position < begin + part.length()) {
          return read(part, position - begin, target);
        }
        begin += part.length();
      }
      return -1;
    }

    private int read(Part part, long from, ByteBuffer target) throws IOException {
      int count = (int) Math.min(target.remaining(), part.length() - from);
      if (part.bytes().length > 0) {
        target.put(part.bytes(), (int) from, count);
      } else {
        int limit = target.limit();
        target.limit(target.position() + count);
        base.position(part.offset() + from);
        count = base.read(target);
        target.limit(limit);
      }
      position += Math.max(0, count);
      return count;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
      position = newPosition;
      return this;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public int write(ByteBuffer source) {
      throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long newSize) {
      throw new NonWritableChannelException();
    }

    @Override
    public boolean isOpen() {
      return base.isOpen();
    }

    @Override
    public void close() throws IOException {
      base.close();
    }
  }
}
