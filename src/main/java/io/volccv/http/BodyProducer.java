package io.volccv.http;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.UnreachableException;
import io.volccv.model.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * Streams a request's body and holds its last block back until the gate opens. Called by the I/O
 * thread; only the gate comes from elsewhere.
 */
final class BodyProducer implements AsyncEntityProducer {

  /** Each block costs a system call, and the other side a wake-up: many small ones are felt. */
  private static final int BLOCK_BYTES = 48 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** Well below the time after which a silent process is taken for dead. */
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private enum Gate {
    UNASKED,
    SHUT,
    OPEN
  }

  private final Content body;
  private final String contentType;
  private final Supplier<? extends CompletionStage<?>> beforeLastBlock;
  private final Attempt<?> attempt;
  private ByteBuffer block;
  private long toRead;
  private volatile Gate gate = Gate.UNASKED;
  private long asked;
  private boolean lastBlockBegun;
  private @Nullable ReadableByteChannel source;

  BodyProducer(
      Content body,
      String contentType,
      Supplier<? extends CompletionStage<?>> beforeLastBlock,
      Attempt<?> attempt) {
    this.body = body;
    this.contentType = contentType;
    this.beforeLastBlock = beforeLastBlock;
    this.attempt = attempt;
    this.toRead = body.length();
    this.block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, toRead)).limit(0);
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    attempt.throwIfRefused();
    attempt.guarded(() -> write(channel));
  }

  private void write(DataStreamChannel channel) throws IOException {
    while (true) {
      if (!block.hasRemaining()) {
        if (toRead == 0) {
          channel.endStream();
          // This lives as long as the call, and many calls wait for their answers at a time.
          block = NOTHING;
          return;
        }
        fill();
      }
      if (toRead == 0 && gate != Gate.OPEN) {
        askGate(channel);
        return;
      }
      if (toRead == 0) {
        throwIfPaused();
        attempt.lastBlockLeaves();
      }
      channel.write(block);
      if (block.hasRemaining()) {
        return;
      }
    }
  }

  /**
   * A process that stood still since the gate was asked (a suspended machine, a debugger) may have
   * been taken for dead meanwhile, and somebody may have decided about its call.
   */
  private void throwIfPaused() throws IOException {
    if (!lastBlockBegun && System.nanoTime() - asked > LONGEST_PAUSE_NANOS) {
      attempt.refuse(
          new UnreachableException(
              "the call was not sent: this process stood still just before its last block",
              new CvError(null, 0, null, "send", true, Billed.NO, null, "try again"),
              null));
      attempt.throwIfRefused();
    }
    lastBlockBegun = true;
  }

  /** Zero while the gate is shut, or the I/O thread would spin. */
  @Override
  public int available() {
    return gate == Gate.SHUT ? 0 : Math.max(1, block.remaining());
  }

  private void fill() {
    try {
      if (source == null) {
        source = body.open();
      }
      block.clear();
      while (block.hasRemaining() && toRead > 0) {
        int count = source.read(block);
        if (count < 0) {
          throw new IOException("it became shorter");
        }
        toRead -= count;
      }
      if (toRead < 0) {
        throw new IOException("it became longer");
      }
      block.flip();
    } catch (IOException | RuntimeException e) {
      throw new InvalidRequestException(
          "a picture could not be read while it was sent: " + e.getMessage(),
          CvError.before("input", "leave the file alone until it is done"),
          e);
    }
  }

  /**
   * Even a gate that opens at once lets the I/O thread take a turn, in which it reads before it
   * writes: a pooled connection that the server has closed shows itself while nothing is lost.
   */
  private void askGate(DataStreamChannel channel) {
    if (gate != Gate.UNASKED) {
      return;
    }
    gate = Gate.SHUT;
    asked = System.nanoTime();
    beforeLastBlock
        .get()
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                attempt.refuse(failure);
              }
              gate = Gate.OPEN;
              channel.requestOutput();
            });
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isChunked() {
    return false;
  }

  @Override
  public long getContentLength() {
    return body.length();
  }

  @Override
  public String getContentType() {
    return contentType;
  }

  @Override
  public @Nullable String getContentEncoding() {
    return null;
  }

  @Override
  public Set<String> getTrailerNames() {
    return Set.of();
  }

  @Override
  public void failed(Exception cause) {
    releaseResources();
  }

  @Override
  public void releaseResources() {
    ReadableByteChannel open = source;
    source = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
