package io.volccv.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Where pictures wait outside the heap, from the wire until they are delivered. */
public interface Spool {

  /**
   * Begins a picture. The caller ends it with {@link Writer#finish()} or {@link Writer#discard()}.
   */
  Writer create() throws IOException;

  /** A picture that is being written; used by one thread at a time. */
  interface Writer {

    /** Takes all remaining bytes of {@code bytes}. */
    void write(ByteBuffer bytes) throws IOException;

    /** Ends the picture and makes it readable. */
    Stored finish() throws IOException;

    /** Drops what was written; nothing stays behind. Harmless after {@link #finish()}. */
    void discard();
  }

  /** A whole picture in the spool. */
  interface Stored extends Content {

    /** The file it is in, empty when it is small enough to be in memory. */
    Optional<Path> file();

    /** Another hold on the same bytes, to be released on its own. */
    Stored share();

    /** Lets go of the picture; its bytes go with the last hold. Harmless when repeated. */
    void release();
  }
}
