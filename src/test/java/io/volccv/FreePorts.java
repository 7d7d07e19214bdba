package io.volccv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for servers that come, go and come again, or that are not there at all. They are none of
 * those that systems give away (from 32768 on, on Linux): such a one can be somebody else's by the
 * time it is used.
 */
public final class FreePorts {
  private static final int COUNT = 300;

  /** Tests run in several processes at a time: each has ports of its own. */
  private static final int FIRST = 20_000 + COUNT * (Integer.getInteger("test.fork", 0) % 40);

  private static final AtomicInteger NEXT = new AtomicInteger();

  private FreePorts() {}

  /** One that nobody listens on, and that this process has not got from here lately. */
  public static int next() {
    for (int i = 0; i < COUNT; i++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("all ports are taken");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
