package io.volccv.sandbox;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Content;

/** Reads a request's body without holding a thread, down to its {@link JsonSkeleton}. */
final class BodyReader implements Runnable {
  private final Content.Source source;
  private final JsonSkeleton skeleton;
  private final Predicate<JsonSkeleton> stop;
  private final Consumer<CallBody> done;
  private final Runnable broken;
  private byte[] copy = new byte[0];

  /**
   * @param stop looks at what has arrived so far; true ends the reading without a further word
   * @param done gets the whole body
   * @param broken is told that the client went away before its end
   */
  BodyReader(
      Content.Source source,
      JsonSkeleton skeleton,
      Predicate<JsonSkeleton> stop,
      Consumer<CallBody> done,
      Runnable broken) {
    this.source = source;
    this.skeleton = skeleton;
    this.stop = stop;
    this.done = done;
    this.broken = broken;
  }

  @Override
  public void run() {
    while (true) {
      Content.Chunk chunk = source.read();
      if (chunk == null) {
        source.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        broken.run();
        return;
      }
      boolean last = chunk.isLast();
      take(chunk.getByteBuffer());
      chunk.release();
      if (stop.test(skeleton)) {
        return;
      }
      if (last) {
        done.accept(skeleton.finish());
        return;
      }
    }
  }

  private void take(ByteBuffer buffer) {
    if (buffer.hasArray()) {
      int from = buffer.arrayOffset() + buffer.position();
      skeleton.accept(buffer.array(), from, from + buffer.remaining());
      return;
    }
    if (copy.length < buffer.remaining()) {
      copy = new byte[buffer.remaining()];
    }
    int count = buffer.remaining();
    buffer.get(copy, 0, count);
    skeleton.accept(copy, 0, count);
  }
}
