package io.volccv.bench.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One socket, and one call after the other on it. Understands exactly the benchmark's server. */
final class RawConnection implements AutoCloseable {

  private static final String QUERY = "Action=CVProcess&Version=2022-08-31";
  private static final int RAW_BYTES = 48 * 1024;
  private static final int TEXT_BYTES = RAW_BYTES / 3 * 4;

  private final Target target;
  private final AtomicInteger names;
  private final SocketChannel socket;
  private final byte[] raw = new byte[RAW_BYTES];
  private final byte[] text = new byte[TEXT_BYTES];
  private final byte[] in = new byte[64 * 1024];
  private int next;
  private int end;

  /**
   * @param names gives each picture's file a number
   */
  RawConnection(Target target, AtomicInteger names) throws IOException {
    this.target = target;
    this.names = names;
    this.socket =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  void call(Auth auth) throws IOException, GeneralSecurityException {
    String fields = "{\"req_key\":\"" + target.reqKey() + "\",\"prompt\":\"" + Target.PROMPT + "\"";
    boolean picture = target.payload().hasInput();
    byte[] first = (fields + (picture ? ",\"binary_data_base64\":[\"" : "}")).getBytes(UTF_8);
    byte[] last = (picture ? "\"]}" : "").getBytes(UTF_8);
    long length = picture ? (Files.size(target.input()) + 2) / 3 * 4 : 0;
    long body = first.length + length + last.length;
    String proof =
        auth == Auth.BEARER ? bearer() : RawSignature.headers(target, QUERY, hash(first, last));
    String head =
        "POST /?"
            + QUERY
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + target.port()
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body
            + "\r\n"
            + proof
            + "\r\n";
    write((head + new String(first, UTF_8)).getBytes(UTF_8));
    if (picture) {
      encoded((block, count) -> writeFully(socket, ByteBuffer.wrap(block, 0, count)));
      write(last);
    }
    readReply();
  }

  private void write(byte[] bytes) throws IOException {
    writeFully(socket, ByteBuffer.wrap(bytes));
  }

  /** The picture's base64, block by block. */
  private void encoded(Block each) throws IOException {
    try (FileChannel file = FileChannel.open(target.input(), StandardOpenOption.READ)) {
      while (true) {
        ByteBuffer block = ByteBuffer.wrap(raw);
        while (block.hasRemaining() && file.read(block) >= 0) {
          continue;
        }
        if (block.position() == 0) {
          return;
        }
        byte[] whole = block.hasRemaining() ? Arrays.copyOf(raw, block.position()) : raw;
        each.take(text, Base64.getEncoder().encode(whole, text));
      }
    }
  }

  /** SHA-256 of the body, which is read for it before it is read to be sent. */
  private byte[] hash(byte[] first, byte[] last) throws IOException, GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(first);
    if (target.payload().hasInput()) {
      encoded((block, count) -> digest.update(block, 0, count));
    }
    digest.update(last);
    return digest.digest();
  }

  private void readReply() throws IOException {
    next = 0;
    end = 0;
    after("\r\n\r\n");
    List<Path> pictures = new ArrayList<>();
    long bytes = 0;
    if (target.payload().outputs() > 0) {
      after("binary_data_base64\":[");
      while (require() == '"') {
        next++;
        Path picture = target.folder().resolve("raw-" + names.incrementAndGet());
        bytes += picture(picture);
        pictures.add(picture);
        if (require() == ',') {
          next++;
        }
      }
    }
    // The reply's last field: the server sends nothing after it.
    after("\"time_elapsed\":\"1.5s\"}");
    target.requireWhole(pictures.size(), bytes);
    for (Path picture : pictures) {
      Files.delete(picture);
    }
  }

  /** Goes on behind the next {@code mark}. */
  private void after(String mark) throws IOException {
    int matched = 0;
    while (matched < mark.length()) {
      matched = require() == mark.charAt(matched) ? matched + 1 : 0;
      next++;
    }
  }

  private byte require() throws IOException {
    if (next == end) {
      next = 0;
      end = socket.read(ByteBuffer.wrap(in));
      if (end < 0) {
        throw new IOException("half an answer");
      }
    }
    return in[next];
  }

  /** Decodes up to the closing quote. */
  private long picture(Path path) throws IOException {
    long bytes = 0;
    int kept = 0;
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      boolean open = true;
      while (open) {
        require();
        int room = Math.min(end - next, text.length - kept);
        int quote = quote(next, next + room);
        System.arraycopy(in, next, text, kept, quote - next);
        kept += quote - next;
        open = quote == next + room;
        next = open ? quote : quote + 1;
        if (kept == text.length || !open) {
          byte[] whole = kept == text.length ? text : Arrays.copyOf(text, kept);
          int count = Base64.getDecoder().decode(whole, raw);
          writeFully(file, ByteBuffer.wrap(raw, 0, count));
          bytes += count;
          kept = 0;
        }
      }
    }
    return bytes;
  }

  private int quote(int from, int to) {
    int i = from;
    while (i < to && in[i] != '"') {
      i++;
    }
    return i;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static String bearer() {
    return "Authorization: Bearer " + Target.API_KEY + "\r\n";
  }

  private static void writeFully(WritableByteChannel to, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  /** Some bytes at the start of an array. */
  private interface Block {
    void take(byte[] bytes, int count) throws IOException;
  }
}
