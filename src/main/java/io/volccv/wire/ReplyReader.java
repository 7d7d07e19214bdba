package io.volccv.wire;

import io.volccv.model.CvImage;
import io.volccv.model.ReplyHead;
import io.volccv.model.ReplySink;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
  private @Nullable Gunzip gunzip;
  private long received;
  private long total;

  /**
   * @param asked what is asked, for messages: for example {@code CVProcess jimeng_t2i_v40}
   * @param freeCall whether the call costs nothing, so that a failed one may be repeated
   * @param maxReplyBytes how long the whole reply may be, in bytes, packed and unpacked
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
    String encoding = head.header("content-encoding").orElse("").strip().toLowerCase(Locale.ROOT);
    switch (encoding) {
      case "", "identity" -> {}
      case "gzip", "x-gzip" -> gunzip = new Gunzip(this::take);
      default ->
          throw envelope.foreign(
              head, "it comes in the encoding " + encoding + ", for which nobody asked", null);
    }
  }

  @Override
  public void data(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    // Counted on both sides: a gzip header can be endless, and so can what is packed.
    received += length;
    limit(received);
    try {
      if (bytes.hasArray()) {
        int from = bytes.arrayOffset() + bytes.position();
        unpack(bytes.array(), from, from + length);
        bytes.position(bytes.limit());
      } else {
        copy = copy.length < length ? new byte[length] : copy;
        bytes.get(copy, 0, length);
        unpack(copy, 0, length);
      }
    } catch (MalformedJsonException e) {
      throw envelope.foreign(head, e.getMessage(), e);
    }
  }

  private void unpack(byte[] bytes, int from, int to) throws IOException {
    if (gunzip == null) {
      take(bytes, from, to);
    } else {
      gunzip.append(bytes, from, to);
    }
  }

  private void take(byte[] bytes, int from, int to) throws IOException {
    total += to - from;
    limit(total);
    splitter.append(bytes, from, to);
  }

  private void limit(long length) {
    if (length > maxReplyBytes) {
      throw envelope.tooLong(head, maxReplyBytes);
    }
  }

  @Override
  public Reply end() {
    boolean kept = false;
    try {
      if (gunzip != null) {
        gunzip.finish();
      }
      Reply reply = envelope.open(head, splitter.kept(), splitter.pictures());
      splitter.pictures().stream()
          .filter(picture -> !reply.pictures().contains(picture))
          .forEach(CvImage::release);
      kept = true;
      return reply;
    } catch (MalformedJsonException e) {
      throw envelope.foreign(head, e.getMessage(), e);
    } finally {
      if (gunzip != null) {
        gunzip.close();
      }
      if (!kept) {
        splitter.discard();
      }
    }
  }

  @Override
  public void abort() {
    if (gunzip != null) {
      gunzip.close();
    }
    splitter.discard();
  }
}
