package io.volccv.picture;

import io.volccv.model.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import javax.imageio.stream.ImageInputStreamImpl;

/** A content as decoders read it: in any order, and without the copy that ImageIO would make. */
final class ContentImageInput extends ImageInputStreamImpl {

  private final SeekableByteChannel channel;
  private final ByteBuffer block = ByteBuffer.allocate(16 * 1024).limit(0);
  private long blockAt;

  ContentImageInput(Content content) throws IOException {
    this.channel = Spliced.seekable(content);
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    if (!isInBlock() && !fill()) {
      return -1;
    }
    int b = block.get((int) (streamPos - blockAt)) & 0xff;
    streamPos++;
    return b;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    if (!isInBlock() && !fill()) {
      return -1;
    }
    int from = (int) (streamPos - blockAt);
    int count = Math.min(length, block.limit() - from);
    block.get(from, target, offset, count);
    streamPos += count;
    return count;
  }

  private boolean isInBlock() {
    return streamPos >= blockAt && streamPos < blockAt + block.limit();
  }

  private boolean fill() throws IOException {
    blockAt = streamPos;
    block.clear();
    channel.position(streamPos);
    int count = 0;
    while (block.hasRemaining() && count >= 0) {
      count = channel.read(block);
    }
    block.flip();
    return block.hasRemaining();
  }

  @Override
  public long length() {
    try {
      return channel.size();
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public void close() throws IOException {
    super.close();
    channel.close();
  }
}
