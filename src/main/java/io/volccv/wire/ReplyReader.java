package io.volccv.wire;

import io.volccv.model.CvImage;
import io.volccv.model.ReplyHead;
import io.volccv.model.ReplySink;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;

/**
 * Reads one reply as it arrives: pictures into the spool, the rest kept for {@link Envelope}, which
 * decides between a {@link Reply} and a typed error. Memory does not grow with the pictures, and
 * whatever goes wrong, no picture stays behind in the spool.
 */
public final class ReplyReader implements ReplySink<Reply> {

  /** What a reply may hold beside pictures. */
  private static final int MAX_KEPT_BYTES = 1 << 20;

  private static final ReplyHead NO_HEAD = new ReplyHead(0, java.util.Map.of());

  private final Envelope envelope;
  private final long maxReplyBytes;
  private final JsonSplitter splitter;
  private ReplyHead head = NO_HEAD;
  private byte[] copy = new byte[0];
  private long total;

  /**
   * @param asked what is asked, for messages: for example {@code CVProcess jimeng_t2i_v40}
   * @param freeCall whether the call costs nothing, so that a failed one may be repeated
   * @param maxReplyBytes how long the whole reply may be, in bytes
   * @param clock to count a {@code Retry-After} date from
   */
  public ReplyReader(String asked, boolean freeCall, long maxReplyBytes, Spool spool, Clock clock) {
    this.envelope = new Envelope(asked, freeCall, clock);
    this.maxReplyBytes = maxReplyBytes;
    this.splitter = new JsonSplitter(spool, MAX_KEPT_BYTES);
  }

  @Override
  public void head(ReplyHead head) {
    this.head = head;
  }

  @Override
  public void data(ByteBuffer bytes) throws IOException {
    total += bytes.remaining();
    if (total > maxReplyBytes) {
      throw envelope.foreign(head, "it is longer than maxReplyBytes, " + maxReplyBytes, null);
    }
    int length = bytes.remaining();
    try {
      if (bytes.hasArray()) {
        int from = bytes.arrayOffset() + bytes.position();
        splitter.append(bytes.array(), from, from + length);
        bytes.position(bytes.limit());
      } else {
        copy = copy.length < length ? new byte[length] : copy;
        bytes.get(copy, 0, length);
        splitter.append(copy, 0, length);
      }
    } catch (MalformedJsonException e) {
      throw envelope.foreign(head, e.getMessage(), e);
    }
  }

  @Override
  public Reply end() {
    boolean kept = false;
    try {
      Reply reply = envelope.open(head, splitter.kept(), splitter.pictures());
      splitter.pictures().stream()
          .filter(picture -> !reply.pictures().contains(picture))
          .forEach(CvImage::release);
      kept = true;
      return reply;
    } finally {
      if (!kept) {
        splitter.discard();
      }
    }
  }

  @Override
  public void abort() {
    splitter.discard();
  }
}
