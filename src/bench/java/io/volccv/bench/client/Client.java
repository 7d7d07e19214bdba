package io.volccv.bench.client;

/**
 * One way to call the service: picture from a file, base64 in JSON, POST, JSON, base64, pictures in
 * files. Made with a {@link Target}.
 */
public interface Client extends AutoCloseable {

  /** Makes calls for as long as {@link Calls#begin} allows, then returns or lets go. */
  void work(Auth auth, Calls calls);

  /** Whether {@link #work} keeps its thread until its calls are done. */
  boolean isBlocking();
}
