package io.volccv.model;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes a reply as it arrives, in pieces, so that no reply is ever whole on the heap. The transport
 * calls {@link #head}, then {@link #data} any number of times, then {@link #end}; or {@link #abort}
 * at any point. Never from two threads at a time.
 *
 * @param <T> what the reply becomes
 */
public interface ReplySink<T> {

  /** Status and headers are there. */
  void head(ReplyHead head) throws IOException;

  /** Some bytes of the body; all of {@code bytes} is taken. */
  void data(ByteBuffer bytes) throws IOException;

  /** The body is whole. Gives the result, or throws the typed error that the reply stands for. */
  T end() throws IOException;

  /** No more will come; whatever was kept of the reply is let go. */
  void abort();
}
