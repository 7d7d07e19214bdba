package io.volccv.bench.client;

import io.volccv.bench.Payload;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A client in a process of its own. Needs nothing but Java, since the vendor's SDK has a class path
 * of its own.
 *
 * <p>Arguments: the class of the {@link Client}, port, payload, concurrency, picture, folder.
 * Prints {@code ready}; each line {@code AUTH CALLS} on standard input is a run, answered with a
 * line of {@link Figures}. Ends with standard input.
 */
public final class ClientMain {

  private final Client client;
  private final int concurrency;

  /** Kept from run to run: threads that ended have taken along what they allocated. */
  private final ExecutorService workers = Executors.newCachedThreadPool();

  private ClientMain(Client client, int concurrency) {
    this.client = client;
    this.concurrency = concurrency;
  }

  public static void main(String[] args) throws Exception {
    Target target =
        new Target(
            Integer.parseInt(args[1]),
            Payload.valueOf(args[2]),
            Integer.parseInt(args[3]),
            Path.of(args[4]),
            Path.of(args[5]));
    Class<?> type = Class.forName(args[0]);
    try (Client client = (Client) type.getConstructor(Target.class).newInstance(target)) {
      ClientMain main = new ClientMain(client, target.concurrency());
      System.out.println("ready");
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ");
        System.out.println(main.run(Auth.valueOf(words[0]), Integer.parseInt(words[1])));
      }
    }
    // The SDK's clients keep threads of their own, which nothing stops.
    System.exit(0);
  }

  private Figures run(Auth auth, int count) throws InterruptedException {
    Calls calls = new Calls(count);
    Meter meter = Meter.start();
    for (int i = 0; i < Math.min(concurrency, count); i++) {
      if (client.isBlocking()) {
        workers.execute(() -> client.work(auth, calls));
      } else {
        client.work(auth, calls);
      }
    }
    return meter.stop(calls.await());
  }
}
