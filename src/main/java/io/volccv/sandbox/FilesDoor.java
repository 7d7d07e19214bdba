package io.volccv.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Serves result pictures while their URLs live. */
final class FilesDoor {
  private final FileStore files;
  private final ScheduledExecutorService scheduler;

  FilesDoor(FileStore files, ScheduledExecutorService scheduler) {
    this.files = files;
    this.scheduler = scheduler;
  }

  void handle(Request request, Response response, Callback callback) throws IOException {
    Reply reply;
    try {
      Path file = files.find(request.getHttpURI().getPath(), request.getHttpURI().getQuery());
      reply = picture(file, request.getMethod().equals("HEAD"));
    } catch (FileStore.Gone e) {
      reply = Reply.text(e.status(), "text/plain; charset=utf-8", e.getMessage() + "\n");
    }
    new ReplyWriter(request, response, callback, reply, Pace.USUAL, scheduler).write();
  }

  private static Reply picture(Path file, boolean headOnly) throws IOException {
    long length = Files.size(file);
    InputStream in = Files.newInputStream(file);
    Slices slices = new Slices(in, length);
    String type = slices.first() == (byte) 0x89 ? "image/png" : "image/jpeg";
    if (headOnly) {
      in.close();
      return new Reply(200, type, Map.of(), Collections.emptyIterator(), length);
    }
    return new Reply(200, type, Map.of(), slices, length);
  }

  /** A file, read a piece at a time and closed at its end. */
  private static final class Slices implements Iterator<byte[]> {
    private static final int SLICE = 64 * 1024;

    private final InputStream in;
    private long left;
    private byte[] next;

    Slices(InputStream in, long length) throws IOException {
      this.in = in;
      this.left = length;
      this.next = in.readNBytes(SLICE);
    }

    byte first() {
      return next.length == 0 ? 0 : next[0];
    }

    @Override
    public boolean hasNext() {
      return left > 0 && next.length > 0;
    }

    @Override
    public byte[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      byte[] slice = next;
      left -= slice.length;
      try {
        next = left > 0 ? in.readNBytes(SLICE) : new byte[0];
        if (left <= 0) {
          in.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return slice;
    }
  }
}
