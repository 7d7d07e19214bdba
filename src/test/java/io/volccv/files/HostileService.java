package io.volccv.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A service on raw sockets that answers each call as the prompt's first words ask for, and each GET
 * as its path does; and counts the calls.
 */
final class HostileService implements AutoCloseable {

  /** Writes what it likes; the connection is closed afterwards. */
  interface Answer {
    void write(Socket socket) throws IOException;
  }

  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> posts = new ConcurrentHashMap<>();
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  HostileService() throws IOException {
    server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
  }

  /** What a call whose prompt begins with {@code name} and a comma gets. */
  HostileService on(String name, Answer answer) {
    answers.put(name, answer);
    return this;
  }

  /** All names that a call can have. */
  List<String> names() {
    return answers.keySet().stream().filter(name -> !name.startsWith("/")).sorted().toList();
  }

  /** How many whole calls came for this name. */
  int posts(String name) {
    return posts.getOrDefault(name, new AtomicInteger()).get();
  }

  /** A whole HTTP answer. */
  static Answer http(int status, byte[] body, String... headers) {
    String head = "HTTP/1.1 " + status + " X\r\nConnection: close\r\nContent-Length: ";
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return socket -> {
      OutputStream out = socket.getOutputStream();
      out.write((head + body.length + "\r\n" + more + "\r\n").getBytes(ISO_8859_1));
      out.write(body);
    };
  }

  static Answer json(int status, String body) {
    return http(status, body.getBytes(UTF_8), "Content-Type: application/json");
  }

  /** A success with this picture inside. */
  static String success(byte[] picture) {
    return "{\"code\":10000,\"data\":{\"binary_data_base64\":[\""
        + Base64.getEncoder().encodeToString(picture)
        + "\"]},\"message\":\"Success\",\"request_id\":\"20260101\"}";
  }

  /** A success whose picture is to be fetched. */
  static Answer url(String url) {
    return json(
        200,
        "{\"code\":10000,\"data\":{\"binary_data_base64\":[],\"image_urls\":[\""
            + url
            + "\"]},\"request_id\":\"20260101\"}");
  }

  /** Writes {@code head} and then {@code block} again and again, until nobody listens any more. */
  static Answer endless(String head, byte[] block) {
    return socket -> {
      OutputStream out = socket.getOutputStream();
      out.write(head.getBytes(ISO_8859_1));
      while (true) {
        out.write(block);
      }
    };
  }

  /** Writes a byte now and then. */
  static Answer trickle(byte[] bytes) {
    return socket -> {
      for (byte b : bytes) {
        socket.getOutputStream().write(b);
        if (!stillThere(socket, 100)) {
          return;
        }
      }
    };
  }

  /** Says nothing at all. */
  static Answer silence() {
    return socket -> stillThere(socket, 30_000);
  }

  /** Ends the connection as a crashed server does. */
  static Answer reset() {
    return socket -> socket.setSoLinger(true, 0);
  }

  /** Whether the client is still there after so long. */
  private static boolean stillThere(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      Answer answer = answers.get(asked(socket.getInputStream()));
      (answer == null ? json(404, "{}") : answer).write(socket);
    } catch (IOException gone) {
      // The client hung up, as it should on most of these answers.
    }
  }

  /** The path of a GET, or the first words of a POST's prompt. */
  private String asked(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed");
      }
      bytes.write(b);
    }
    String head = bytes.toString(ISO_8859_1);
    if (head.startsWith("GET ")) {
      return head.substring(4, head.indexOf(' ', 4));
    }
    String length = List.of(head.split("Content-Length: ")).get(1).lines().findFirst().orElse("0");
    byte[] body = in.readNBytes(Integer.parseInt(length));
    String prompt = new ObjectMapper().readTree(body).path("prompt").asText();
    String name = prompt.substring(0, prompt.indexOf(','));
    posts.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
    return name;
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
