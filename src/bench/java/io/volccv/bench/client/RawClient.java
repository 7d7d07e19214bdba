package io.volccv.bench.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * All the same work with nothing in between: a socket, a buffer, a thread for each call. What it
 * takes is the limit for every client in Java. Understands exactly the benchmark's server.
 */
public final class RawClient implements Client {

  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String QUERY = "Action=CVProcess&Version=2022-08-31";
  private static final int RAW_BYTES = 48 * 1024;
  private static final int TEXT_BYTES = RAW_BYTES / 3 * 4;

  private final Target target;
  private final AtomicInteger names = new AtomicInteger();

  /** Free ones, kept from run to run as every client keeps them. */
  private final Queue<Connection> connections = new ConcurrentLinkedQueue<>();

  public RawClient(Target target) {
    this.target = target;
  }

  @Override
  public boolean isBlocking() {
    return true;
  }

  @Override
  public void work(Auth auth, Calls calls) {
    try {
      while (calls.begin()) {
        long start = System.nanoTime();
        Connection free = connections.poll();
        Connection connection = free == null ? new Connection() : free;
        connection.call(auth);
        connections.add(connection);
        calls.end(start);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      calls.fail(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
  }

  private final class Connection implements AutoCloseable {

    private final SocketChannel socket =
        SocketChannel.open(new InetSocketAddress("127.0.0.1", target.port()));
    private final byte[] raw = new byte[RAW_BYTES];
    private final byte[] text = new byte[TEXT_BYTES];
    private final byte[] in = new byte[64 * 1024];
    private int next;
    private int end;

    Connection() throws IOException {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    void call(Auth auth) throws IOException, GeneralSecurityException {
      String fields =
          "{\"req_key\":\"" + target.reqKey() + "\",\"prompt\":\"" + Target.PROMPT + "\"";
      boolean picture = target.payload().hasInput();
      byte[] first = (fields + (picture ? ",\"binary_data_base64\":[\"" : "}")).getBytes(UTF_8);
      byte[] last = (picture ? "\"]}" : "").getBytes(UTF_8);
      long length = picture ? (Files.size(target.input()) + 2) / 3 * 4 : 0;
      long body = first.length + length + last.length;
      String proof = auth == Auth.BEARER ? bearer() : signed(first, last);
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

    private String signed(byte[] first, byte[] last) throws IOException, GeneralSecurityException {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(first);
      if (target.payload().hasInput()) {
        encoded((block, count) -> digest.update(block, 0, count));
      }
      digest.update(last);
      String hash = hex(digest.digest());
      String date = X_DATE.format(Instant.now());
      String names = "content-type;host;x-content-sha256;x-date";
      String canonical =
          "POST\n/\n"
              + QUERY
              + "\ncontent-type:application/json\nhost:127.0.0.1:"
              + target.port()
              + "\nx-content-sha256:"
              + hash
              + "\nx-date:"
              + date
              + "\n\n"
              + names
              + "\n"
              + hash;
      String day = date.substring(0, 8);
      String scope = day + "/cn-north-1/cv/request";
      byte[] key = Target.SECRET_ACCESS_KEY.getBytes(UTF_8);
      for (String word : new String[] {day, "cn-north-1", "cv", "request"}) {
        key = hmac(key, word);
      }
      String toSign =
          "HMAC-SHA256\n"
              + date
              + "\n"
              + scope
              + "\n"
              + hex(digest.digest(canonical.getBytes(UTF_8)));
      return "X-Date: "
          + date
          + "\r\nX-Content-Sha256: "
          + hash
          + "\r\nAuthorization: HMAC-SHA256 Credential="
          + Target.ACCESS_KEY_ID
          + "/"
          + scope
          + ", SignedHeaders="
          + names
          + ", Signature="
          + hex(hmac(key, toSign))
          + "\r\n";
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
  }

  /** Some bytes at the start of an array. */
  private interface Block {
    void take(byte[] bytes, int count) throws IOException;
  }

  private static String bearer() {
    return "Authorization: Bearer " + Target.API_KEY + "\r\n";
  }

  private static void writeFully(java.nio.channels.WritableByteChannel to, ByteBuffer bytes)
      throws IOException {
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
