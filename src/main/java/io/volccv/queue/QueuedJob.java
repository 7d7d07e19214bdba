package io.volccv.queue;

/**
 * A job as it is put into the queue.
 *
 * @param json the whole job
 * @param priority 0 to 9, the larger the sooner
 */
public record QueuedJob(String json, int priority) {

  /** What JMS calls usual. */
  public static final int USUAL = 4;
}
