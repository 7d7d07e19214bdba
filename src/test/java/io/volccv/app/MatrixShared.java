package io.volccv.app;

import io.volccv.FreePorts;
import io.volccv.ledger.JobReleases;
import io.volccv.ledger.JobReleases.Standing;
import io.volccv.ledger.LedgerUnusableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the ends of one app have in common: its broker, its HTTP door and its ledger. */
final class MatrixShared implements AutoCloseable {

  /** Another program at the broker. */
  final QueueClient queue;

  /** Another program at the door. */
  final DoorClient door = new DoorClient(FreePorts.next());

  private final BrokerTestServer broker;
  private final Path pictures;
  private final String ledger;

  /**
   * @param folder its own
   * @param home of the app
   */
  MatrixShared(Path folder, Path home) throws Exception {
    this.pictures = Files.createDirectories(folder.resolve("pictures"));
    this.ledger = "jdbc:sqlite:" + home.resolve("data/ledger.db");
    this.broker = new BrokerTestServer(folder.resolve("broker"));
    this.queue = broker.client();
  }

  /** The lines for an end whose jobs or results go through the queue. */
  List<String> queueConfig(String line, String... more) {
    List<String> lines = new ArrayList<>(broker.config());
    lines.add("queue.pictures=" + pictures);
    lines.add(line);
    lines.addAll(List.of(more));
    return lines;
  }

  /**
   * Puts a picture where jobs may name it.
   *
   * @return its name
   */
  String picture(String name, byte[] photo) throws Exception {
    Files.write(pictures.resolve(name + ".png"), photo);
    return name + ".png";
  }

  /** Whether all sinks have the pictures of a job. */
  boolean isDelivered(String jobKey) {
    try (JobReleases jobs = JobReleases.open(ledger)) {
      return jobs.standing(jobKey) == Standing.DELIVERED;
    } catch (LedgerUnusableException e) {
      return false; // there is none yet
    }
  }

  @Override
  public void close() throws Exception {
    queue.close();
    broker.close();
  }
}
