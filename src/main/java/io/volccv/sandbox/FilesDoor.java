package io.volccv.sandbox;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
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
    String type = Slices.read(file, 0, 1)[0] == (byte) 0x89 ? "image/png" : "image/jpeg";
    Iterator<byte[]> body = headOnly ? Collections.emptyIterator() : new Slices(file, length);
    return new Reply(200, type, Map.of(), body, length);
  }

  /**
   * A file, opened for each piece of it: a client that goes away in the middle leaves nothing open.
   */
  private static final class Slices implements Iterator<byte[]> {
    private static final int SLICE = 256 * 1024;

    private final Path file;
    private final long length;
    private long next;

    Slices(Path file, long length) {
      this.file = file;
      this.length = length;
    }

    static byte[] read(Path file, long from, int most) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        ByteBuffer slice = ByteBuffer.allocate((int) Math.min(most, channel.size() - from));
        while (slice.hasRemaining()) {
          if (channel.read(slice, from + slice.position()) < 0) {
            throw new EOFException(file + " became shorter");
          }
        }
        return slice.array();
      }
    }

    @Override
    public boolean hasNext() {
      return next < length;
    }

    @Override
    public byte[] next() {
      try {
        byte[] slice = read(file, next, SLICE);
        next += slice.length;
        return slice;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
