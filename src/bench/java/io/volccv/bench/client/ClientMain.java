package io.volccv.bench.client;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A client in a process of its own. Needs nothing but Java, since the vendor's SDK has a class path
 * of its own.
 *
 * <p>Argument: the class of the {@link Client}. Each line on standard input is a {@link
 * Target#line}, answered with {@code ready} when a new client for it is there, or {@code AUTH
 * CALLS}, a run, answered with a line of {@link Figures}. Ends with standard input.
 */
public final class ClientMain implements AutoCloseable {

  private final Client client;
  private final int concurrency;

  /** Kept from run to run: threads that ended have taken along what they allocated. */
  private final ExecutorService workers = Executors.newCachedThreadPool();

  private ClientMain(Client client, int concurrency) {
    this.client = client;
    this.concurrency = concurrency;
  }

  public static void main(String[] args) {
    int status = 0;
    try {
      serve(args[0]);
    } catch (Exception e) {
      System.getLogger(ClientMain.class.getName()).log(Level.ERROR, "the client has failed", e);
      status = 1;
    }
    // The SDK's clients keep threads of their own, which nothing stops.
    System.exit(status);
  }

  private static void serve(String client) throws Exception {
    Constructor<?> type = Class.forName(client).getConstructor(Target.class);
    ClientMain main = null;
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.contains("\t")) {
        if (main != null) {
          main.close();
        }
        // Else what the clients before have left is collected by one of the next, or never.
        System.gc();
        Meter.clear();
        Target target = Target.parse(line);
        main = new ClientMain((Client) type.newInstance(target), target.concurrency());
        System.out.println("ready");
      } else {
        String[] words = line.split(" ");
        System.out.println(main.run(Auth.valueOf(words[0]), Integer.parseInt(words[1])));
      }
    }
    if (main != null) {
      main.close();
    }
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

  @Override
  public void close() throws Exception {
    workers.shutdown();
    client.close();
  }
}
