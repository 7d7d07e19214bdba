package io.volccv.sandbox;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** A call byte by byte, to see what a client library would hide. */
final class RawCall implements AutoCloseable {
  private final Socket socket;

  RawCall(Sandbox sandbox) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), sandbox.uri().getPort());
    socket.setSoTimeout(20_000);
  }

  /** What came back before the end, and whether the end was a reset. */
  record Reply(String head, byte[] body, boolean reset) {
    int contentLength() {
      return lengthIn(head);
    }
  }

  RawCall sendHead(int contentLength) throws IOException {
    return sendHead(TestCalls.QUERY, contentLength);
  }

  RawCall sendHead(String query, int contentLength) throws IOException {
    String head =
        "POST /volcv/v1"
            + query
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer sandbox-key\r\n"
            + "Content-Type: application/json\r\nContent-Length: "
            + contentLength
            + "\r\n\r\n";
    return sendBody(head.getBytes(StandardCharsets.US_ASCII));
  }

  /** A POST to the signed door with exactly these headers. */
  RawCall sendSigned(Map<String, String> headers, String body) throws IOException {
    byte[] bytes = TestCalls.utf8(body);
    StringBuilder head = new StringBuilder("POST /" + TestCalls.QUERY + " HTTP/1.1\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
    return sendBody(TestCalls.utf8(head.toString())).sendBody(bytes);
  }

  RawCall sendBody(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  RawCall send(String body) throws IOException {
    byte[] bytes = TestCalls.utf8(body);
    return sendHead(bytes.length).sendBody(bytes);
  }

  /** Reads until the whole body is there, or the connection ends. */
  Reply read() throws IOException {
    StringBuilder head = new StringBuilder();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    InputStream in = new BufferedInputStream(socket.getInputStream());
    try {
      while (head.indexOf("\r\n\r\n") < 0) {
        int b = in.read();
        if (b < 0) {
          return new Reply(head.toString(), body.toByteArray(), false);
        }
        head.append((char) b);
      }
      int length = lengthIn(head.toString());
      while (body.size() < length) {
        int b = in.read();
        if (b < 0) {
          break;
        }
        body.write(b);
      }
      return new Reply(head.toString(), body.toByteArray(), false);
    } catch (SocketException e) {
      return new Reply(head.toString(), body.toByteArray(), true);
    }
  }

  private static int lengthIn(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
        .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1).trim()))
        .findFirst()
        .orElse(-1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
