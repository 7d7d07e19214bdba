package io.volccv.bench;

import io.volccv.bench.server.ServerMain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The server, in a process of its own. */
public final class Server implements AutoCloseable {

  /** What came since one asked before: requests, the most at a time, and when the first came. */
  public record Stats(long requests, int mostInFlight, long firstEpochMillis) {}

  private final Jvm jvm;
  private final Map<String, Integer> ports = new HashMap<>();

  private Server(Jvm jvm) {
    this.jvm = jvm;
  }

  /** A server that answers at once, after 200 ms, or after 2 s, by the port. */
  public static Server start(Path folder) throws IOException {
    Server server =
        new Server(
            Jvm.start(
                folder.resolve("server.log"),
                List.of(
                    "-Xmx512m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ServerMain.class.getName(),
                    "0",
                    "200",
                    "2000")));
    int ports = Payload.values().length * 3;
    for (int i = 0; i < ports; i++) {
      String[] words = server.jvm.await("port").split(" ");
      server.ports.put(words[1] + words[2], Integer.parseInt(words[3]));
    }
    server.jvm.await("ready");
    return server;
  }

  /** Keeps it on some processors, as {@link Jvm#keepOn} does. */
  public void keepOn(String processors) throws IOException {
    jvm.keepOn(processors);
  }

  /** Where it answers {@code payload} after so long. */
  public int port(Payload payload, int latencyMillis) {
    return ports.get(payload.name() + latencyMillis);
  }

  /** What came since this was asked before. */
  public Stats stats() throws IOException {
    jvm.tell("stats");
    String[] words = jvm.await("stats").split(" ");
    return new Stats(
        Long.parseLong(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
  }

  @Override
  public void close() {
    jvm.close();
  }
}
