package io.volccv.service;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A client that keeps to no rule. */
final class RawClient implements AutoCloseable {
  private final Socket socket;

  RawClient(URI door) throws IOException {
    this(new Socket(door.getHost(), door.getPort()));
  }

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(60_000);
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Everything that comes until the server closes; empty when it closes without a word. */
  String rest() throws IOException {
    StringBuilder all = new StringBuilder();
    byte[] block = new byte[8192];
    try {
      for (int n = socket.getInputStream().read(block);
          n >= 0;
          n = socket.getInputStream().read(block)) {
        all.append(new String(block, 0, n, StandardCharsets.UTF_8));
      }
    } catch (SocketException | javax.net.ssl.SSLException e) {
      return all.toString(); // closed with something of ours unread
    }
    return all.toString();
  }

  /** The first bytes of the answer. */
  private String head() throws IOException {
    byte[] block = new byte[8192];
    int n = socket.getInputStream().read(block);
    return n < 0 ? "" : new String(block, 0, n, StandardCharsets.UTF_8);
  }

  /** What comes back for these bytes. */
  static String answer(URI door, byte[]... request) throws IOException {
    try (RawClient client = new RawClient(door)) {
      try {
        for (byte[] part : request) {
          client.send(part);
        }
      } catch (SocketException e) {
        return client.head(); // refused before all of it was sent
      }
      return client.head();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
