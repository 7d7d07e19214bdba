package io.volccv.bench.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.volccv.bench.Payload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * A server that only counts bytes and answers with what was prepared, so that it is never what a
 * client waits for. A port for each payload and latency.
 *
 * <p>Arguments: latencies in milliseconds. Prints a line {@code port PAYLOAD LATENCY PORT} for each
 * port, then {@code ready}. A line {@code stats} on standard input is answered with the figures
 * since the one before, {@code end} ends it.
 */
public final class ServerMain {

  private static final int BACKLOG = 16_384;

  private final Selector selector = Selector.open();
  private final ByteBuffer sink = ByteBuffer.allocateDirect(256 * 1024);
  private final Deque<Connection> delayed = new ArrayDeque<>();
  private final Deque<String> commands = new ArrayDeque<>();
  private long requests;
  private int inFlight;
  private int mostInFlight;
  private long firstMillis;

  private ServerMain() throws IOException {}

  /** What a port answers with, and when. */
  private record Door(ByteBuffer reply, long latencyNanos) {}

  public static void main(String[] args) throws IOException {
    ServerMain server = new ServerMain();
    for (Payload payload : Payload.values()) {
      ByteBuffer reply = prepared(payload.reply());
      for (String latency : args) {
        int port =
            server.listen(new Door(reply, TimeUnit.MILLISECONDS.toNanos(Long.parseLong(latency))));
        System.out.println("port " + payload + " " + latency + " " + port);
      }
    }
    System.out.println("ready");
    Thread reader = new Thread(server::readCommands, "commands");
    reader.setDaemon(true);
    reader.start();
    server.run();
  }

  private static ByteBuffer prepared(byte[] json) {
    byte[] head =
        ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + json.length
                + "\r\n\r\n")
            .getBytes(US_ASCII);
    return ByteBuffer.allocateDirect(head.length + json.length).put(head).put(json).flip();
  }

  private int listen(Door door) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_ACCEPT, door);
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private void readCommands() {
    try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        command(line);
      }
    } catch (IOException e) {
      System.err.println("the benchmark is gone: " + e);
    }
    command("end");
  }

  private void command(String line) {
    synchronized (commands) {
      commands.add(line);
    }
    selector.wakeup();
  }

  private void run() throws IOException {
    while (true) {
      selector.select(this::ready, pause());
      answerDelayed();
      String command;
      synchronized (commands) {
        command = commands.poll();
      }
      if ("end".equals(command)) {
        return;
      }
      if (command != null) {
        System.out.println("stats " + requests + " " + mostInFlight + " " + firstMillis);
        requests = 0;
        mostInFlight = inFlight;
        firstMillis = 0;
      }
    }
  }

  private long pause() {
    if (delayed.isEmpty()) {
      return 0;
    }
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(delayed.peek().due - System.nanoTime()));
  }

  /** Each latency has its ports, and one is used at a time: who came first is due first. */
  private void answerDelayed() {
    long now = System.nanoTime();
    while (!delayed.isEmpty() && delayed.peek().due - now <= 0) {
      delayed.remove().answer();
    }
  }

  private void ready(SelectionKey key) {
    try {
      if (key.isAcceptable()) {
        accept((ServerSocketChannel) key.channel(), (Door) key.attachment());
      } else if (key.attachment() instanceof Connection connection) {
        connection.ready(key);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void accept(ServerSocketChannel listening, Door door) throws IOException {
    for (SocketChannel channel = listening.accept();
        channel != null;
        channel = listening.accept()) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Connection(channel, key, door));
    }
  }

  /** A client's connection: one request after the other, never two at a time. */
  private final class Connection {

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Door door;
    private final Head head = new Head();
    private final ByteBuffer reply;
    private long toRead = -1;
    private long due;
    private boolean asked;

    Connection(SocketChannel channel, SelectionKey key, Door door) {
      this.channel = channel;
      this.key = key;
      this.door = door;
      this.reply = door.reply().duplicate();
    }

    void ready(SelectionKey ready) {
      try {
        if (ready.isWritable()) {
          write();
        } else {
          read();
        }
      } catch (IOException e) {
        close();
      }
    }

    private void read() throws IOException {
      while (true) {
        int count = channel.read(sink.clear());
        if (count < 0) {
          close();
          return;
        }
        if (count == 0) {
          return;
        }
        sink.flip();
        if (toRead < 0) {
          if (!head.append(sink)) {
            continue;
          }
          toRead = head.contentLength();
          asked = true;
          inFlight++;
          mostInFlight = Math.max(mostInFlight, inFlight);
          firstMillis = firstMillis == 0 ? System.currentTimeMillis() : firstMillis;
        }
        toRead -= sink.remaining();
        if (toRead == 0) {
          received();
          return;
        }
      }
    }

    private void received() {
      toRead = -1;
      if (door.latencyNanos() == 0) {
        answer();
      } else {
        due = System.nanoTime() + door.latencyNanos();
        delayed.add(this);
      }
    }

    void answer() {
      try {
        reply.rewind();
        write();
      } catch (IOException e) {
        close();
      }
    }

    private void write() throws IOException {
      channel.write(reply);
      if (reply.hasRemaining()) {
        key.interestOps(SelectionKey.OP_WRITE);
        return;
      }
      if (key.interestOps() != SelectionKey.OP_READ) {
        key.interestOps(SelectionKey.OP_READ);
      }
      requests++;
      asked = false;
      inFlight--;
    }

    /** Whoever has asked and is gone is not under way any more. */
    private void close() {
      if (asked) {
        asked = false;
        inFlight--;
      }
      try {
        channel.close();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
