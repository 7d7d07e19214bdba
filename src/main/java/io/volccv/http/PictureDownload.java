package io.volccv.http;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.ServerFaultException;
import io.volccv.error.TaskExpiredException;
import io.volccv.model.CvImage;
import io.volccv.model.MediaFormat;
import io.volccv.model.ReplyHead;
import io.volccv.model.ReplySink;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes a result that is fetched from its URL into the spool, if it is a picture or a video. */
public final class PictureDownload implements ReplySink<CvImage> {

  /** Not there yet, too slow, too early, too often: a store that is catching up says so. */
  private static final Set<Integer> PASSING = Set.of(404, 408, 425, 429);

  private final Spool spool;
  private final long maxBytes;
  private final byte[] head = new byte[MediaFormat.PROBE_BYTES];
  private int headLength;
  private long total;
  private Spool.@Nullable Writer writer;

  /**
   * @param maxBytes how long the result may be
   */
  public PictureDownload(Spool spool, long maxBytes) {
    this.spool = spool;
    this.maxBytes = maxBytes;
  }

  @Override
  public void head(ReplyHead answer) throws IOException {
    int status = answer.status();
    if (status >= 500 || PASSING.contains(status)) {
      throw new ServerFaultException(
          "the result cannot be fetched now: HTTP " + status, error(status, true, ""), null);
    }
    if (status >= 300 && status < 400) {
      throw new TaskExpiredException(
          "the result's URL leads elsewhere, which is not followed: HTTP " + status,
          error(status, false, ""),
          null);
    }
    if (status != 200) {
      String hint = "result URLs live 24 hours (videos 1 hour)";
      throw new TaskExpiredException(
          "the result is gone from its URL: HTTP " + status, error(status, false, hint), null);
    }
    writer = spool.create();
  }

  @Override
  public void data(ByteBuffer bytes) throws IOException {
    total += bytes.remaining();
    if (total > maxBytes) {
      throw malformed("it is longer than maxReplyBytes, " + maxBytes);
    }
    if (headLength < head.length) {
      int more = Math.min(head.length - headLength, bytes.remaining());
      bytes.get(bytes.position(), head, headLength, more);
      headLength += more;
    }
    Objects.requireNonNull(writer).write(bytes);
  }

  @Override
  public CvImage end() throws IOException {
    MediaFormat format = MediaFormat.of(head, headLength);
    if (format == MediaFormat.UNKNOWN || writer == null) {
      abort();
      throw malformed("it is neither a picture nor a video");
    }
    return new CvImage(format, writer.finish());
  }

  @Override
  public void abort() {
    if (writer != null) {
      writer.discard();
    }
  }

  private static MalformedReplyException malformed(String what) {
    return new MalformedReplyException(
        "the result behind its URL is refused: " + what, error(200, false, ""), null);
  }

  private static CvError error(int status, boolean retryable, String hint) {
    return new CvError(null, status, null, "result URL", retryable, Billed.YES, null, hint);
  }
}
