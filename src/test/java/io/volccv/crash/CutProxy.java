package io.volccv.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network that can be cut. */
final class CutProxy implements AutoCloseable {

  private final ServerSocket server;
  private final int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /**
   * @param to the port of this machine that it leads to
   */
  CutProxy(int to) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.to = to;
    thread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Every connection breaks, without a word. */
  void cut() throws IOException {
    for (Socket socket : open) {
      if (!socket.isClosed()) {
        socket.close();
      }
    }
    open.clear();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket in = server.accept();
        open.add(in);
        try {
          Socket out = new Socket(InetAddress.getLoopbackAddress(), to);
          open.add(out);
          thread(() -> pass(in, out));
          thread(() -> pass(out, in));
        } catch (IOException e) {
          in.close(); // nobody is there just now
        }
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      return; // cut: both ends are closed
    }
  }

  private static void thread(Runnable work) {
    Thread thread = new Thread(work, "cut-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
