package io.volccv.queue;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** Artemis in a process of its own, as a broker that is there already. */
public final class BrokerMain {
  public static final String USER = "studio";
  public static final String PASSWORD = "a secret";

  private BrokerMain() {}

  /**
   * Runs until it is killed.
   *
   * @param args port, folder
   */
  public static void main(String[] args) throws Exception {
    Set<String> queues = Set.of("volccv.jobs", "volccv.results", "volccv.dead");
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            Path.of(args[1]), Integer.parseInt(args[0]), USER, PASSWORD, queues, "volccv.dead");
    System.out.println(broker.uri());
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
