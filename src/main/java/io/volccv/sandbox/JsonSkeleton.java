package io.volccv.sandbox;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the bytes of a JSON text as they arrive and keeps what is small: strings longer than a
 * prompt can be go to an {@link UploadReader} and leave a placeholder. A body of hundreds of
 * megabytes so costs no more than its pictures.
 */
final class JsonSkeleton {
  /** Longer than any text parameter; a smaller picture stays in the JSON. */
  private static final int LONG_STRING = 32 * 1024;

  private static final int SKELETON_LIMIT = 1024 * 1024;
  private static final int UPLOADS_LIMIT = 64 * 1024 * 1024;

  private final int pictureLimit;
  private final long contentLength;
  private final Kept kept = new Kept();
  private final List<Upload> uploads = new ArrayList<>();
  private final Hash hash = new Hash();
  private @Nullable UploadReader upload;
  private long size;
  private long uploaded;
  private boolean inString;
  private boolean afterBackslash;
  private int stringStart;
  private boolean tooLarge;

  /**
   * @param contentLength of the whole text, or -1
   * @param pictureLimit the bytes of the largest picture to keep
   */
  JsonSkeleton(long contentLength, int pictureLimit) {
    this.contentLength = contentLength;
    this.pictureLimit = pictureLimit;
  }

  void accept(byte[] bytes, int from, int to) {
    hash.update(bytes, from, to - from);
    size += to - from;
    int i = from;
    while (i < to) {
      int end = inString ? stringEnd(bytes, i, to) : quote(bytes, i, to);
      keep(bytes, i, end);
      i = end;
      if (i < to) {
        if (inString) {
          closeString();
        }
        inString = !inString;
        kept.write('"');
        stringStart = kept.size();
        i++;
      }
    }
  }

  /** The text so far, for a look before its end. */
  byte[] peek() {
    return kept.toByteArray();
  }

  CallBody finish() {
    return new CallBody(kept.toByteArray(), List.copyOf(uploads), tooLarge, hash.hex(), size);
  }

  private static int quote(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != '"') {
      i++;
    }
    return i;
  }

  private int stringEnd(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (afterBackslash) {
        afterBackslash = false;
      } else if (bytes[i] == '\\') {
        afterBackslash = true;
      } else if (bytes[i] == '"') {
        return i;
      }
      i++;
    }
    return i;
  }

  private void keep(byte[] bytes, int from, int to) {
    if (upload != null) {
      upload.accept(bytes, from, to);
    } else if (kept.size() + (to - from) > SKELETON_LIMIT) {
      tooLarge = true;
    } else {
      kept.write(bytes, from, to - from);
      if (inString && kept.size() - stringStart > LONG_STRING) {
        upload = startUpload();
      }
    }
  }

  private UploadReader startUpload() {
    long ahead =
        contentLength < 0 ? LONG_STRING * 4L : (contentLength - size) / 4 * 3 + LONG_STRING * 2L;
    int room = (int) Math.max(0, Math.min(pictureLimit, UPLOADS_LIMIT - uploaded));
    UploadReader reader = new UploadReader((int) Math.min(ahead, room), room);
    reader.accept(kept.buffer(), stringStart, kept.size());
    kept.cut(stringStart);
    return reader;
  }

  private void closeString() {
    if (upload == null) {
      return;
    }
    Upload done = upload.finish();
    upload = null;
    uploaded += done.bytes() == null ? 0 : done.size();
    byte[] placeholder = CallBody.placeholder(uploads.size());
    uploads.add(done);
    kept.write(placeholder, 0, placeholder.length);
  }

  /** A byte array that can be shortened. */
  private static final class Kept extends ByteArrayOutputStream {
    byte[] buffer() {
      return buf;
    }

    void cut(int length) {
      count = length;
    }
  }
}
