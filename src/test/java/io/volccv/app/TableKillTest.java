package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.FreePorts;
import io.volccv.files.Hashes;
import io.volccv.ledger.JobReleases;
import io.volccv.ledger.JobReleases.Standing;
import io.volccv.sandbox.Bill;
import io.volccv.testing.SandboxExtension;
import jakarta.jms.Message;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table, and an app that is killed while its rows are made: when the first picture is there,
 * which with many rows is before all are in the queue, and in the middle. A long one: {@code
 * -Dvolccv.rows=10000}.
 */
@Tag("slow")
final class TableKillTest {
  private static final int ROWS = Integer.getInteger("volccv.rows", 60);
  private static final int IN_FLIGHT = 16;
  private static final MadePictures MADE = new MadePictures(500, 2_000);

  @RegisterExtension
  static final SandboxExtension sandbox =
      MADE.sandbox(Duration.ofMillis(20), Duration.ofMillis(100));

  @TempDir Path temp;
  private RemoteHome home;
  private int port;
  private String sha256;
  private final Set<String> underWay = new HashSet<>();

  @BeforeEach
  void unpack() throws Exception {
    home = new RemoteHome(temp.resolve("home"), sandbox);
    port = FreePorts.next();
    home.config(
            "volccv.sources=csv",
            "volccv.quota.concurrency=" + IN_FLIGHT,
            // A call that nobody answers any more keeps its permit so long.
            "camel.component.volccv.responseTimeout=5000",
            "queue.port=" + port,
            "queue.user=" + QueueClient.USER,
            "queue.password={{env:QUEUE_PASSWORD:}}")
        .write();
    Path pictures = Files.createDirectories(home.folder.resolve("data/pictures"));
    ImageIO.write(
        new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB),
        "png",
        pictures.resolve("photo.png").toFile());
    StringBuilder table = new StringBuilder("name,fields.name,pictures.file\n");
    for (int row = 2; row < ROWS + 2; row++) {
      table.append("%d,row %d,photo.png\n".formatted(row, row));
    }
    Path file = Files.createDirectories(home.folder.resolve("data/csv")).resolve("orders.csv");
    Files.writeString(file, table);
    sha256 = Hashes.sha256(Files.readAllBytes(file));
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void everyRowIsAPictureOrUnknownAndNothingIsPaidTwice() throws Exception {
    long began = System.nanoTime();
    killWhenThereAre(1);
    killWhenThereAre(ROWS / 2);
    Map<String, String> dead;
    try (AppProcess app = home.run()) {
      awaitPictures(app, ROWS - underWay.size());
      try (QueueClient client = new QueueClient(port)) {
        app.await(
            () ->
                client.browse("volccv.jobs").isEmpty() && pictures() + dead(client).size() >= ROWS,
            () -> pictures() + " pictures");
        dead = dead(client);
      }
      assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
    }
    judge(dead, Duration.ofNanos(System.nanoTime() - began));
  }

  private void killWhenThereAre(int pictures) throws Exception {
    try (AppProcess app = home.run()) {
      awaitPictures(app, pictures);
      app.kill();
    }
    try (JobReleases jobs =
        JobReleases.open("jdbc:sqlite:" + home.folder.resolve("data/ledger.db"))) {
      for (int row = 2; row < ROWS + 2; row++) {
        if (jobs.standing(key(row)) == Standing.ABANDONED) {
          underWay.add(key(row));
        }
      }
    }
  }

  private void judge(Map<String, String> dead, Duration time) throws Exception {
    Map<String, Integer> bill = new HashMap<>();
    for (Bill.Call call : sandbox.bill().calls()) {
      bill.merge(MadePictures.name(call.prompt()), call.images(), Integer::sum);
    }
    int paid = bill.values().stream().mapToInt(Integer::intValue).sum();
    System.out.printf(
        "table: %d rows, 2 kills, %d s: %d POSTs, %d paid, %d pictures, %d unknown, %d under way"
            + " at the kills%n",
        ROWS,
        time.toSeconds(),
        sandbox.bill().posts(),
        paid,
        pictures(),
        dead.size(),
        underWay.size());
    assertThat(dead.values()).allMatch("unknown"::equals);
    assertThat(underWay).as("what may be unknown").containsAll(dead.keySet());
    assertThat(bill.values()).as("paid at most once").allMatch(images -> images <= 1);
    int paidUnknown = 0;
    for (int row = 2; row < ROWS + 2; row++) {
      Path picture = home.folder.resolve("data/outbox").resolve(row + ".jpg");
      int images = bill.getOrDefault("row " + row, 0);
      if (dead.containsKey(key(row))) {
        assertThat(picture).doesNotExist();
        paidUnknown += images;
      } else {
        assertThat(images).as("row %d", row).isOne();
        assertThat(MADE.of("row " + row))
            .containsExactly(MadePictures.hash(Files.readAllBytes(picture)));
      }
    }
    assertThat(pictures() + dead.size()).isEqualTo(ROWS);
    assertThat(paid).isEqualTo(pictures() + paidUnknown);
    assertThat(home.folder.resolve("data/done/orders.csv")).exists();
    assertThat(home.folder.resolve("data/csv")).isEmptyDirectory();
  }

  /** As docs/csv.md says it: of the table's hash and the row's number. */
  private String key(int row) {
    return "csv-" + sha256.substring(0, 16) + "-" + row;
  }

  /** How jobs ended that are no pictures, by their keys. */
  private static Map<String, String> dead(QueueClient client) throws Exception {
    Map<String, String> dead = new HashMap<>();
    for (Message letter : client.browse("volccv.dead")) {
      dead.put(letter.getStringProperty("volccvJobKey"), letter.getStringProperty("volccvOutcome"));
    }
    return dead;
  }

  /** Waits for so many; for a long table one piece after the other. */
  private void awaitPictures(AppProcess app, int many) throws IOException {
    for (int next = Math.min(500, many); ; next = Math.min(next + 500, many)) {
      int enough = next;
      app.await(() -> pictures() >= enough, () -> pictures() + " pictures of " + enough);
      if (next == many) {
        return;
      }
    }
  }

  /** Each has its provenance beside it. */
  private int pictures() {
    String[] files =
        home.folder
            .resolve("data/outbox")
            .toFile()
            .list((dir, name) -> name.matches("\\d+(-r\\d+)?\\.jpg"));
    return files == null ? 0 : files.length;
  }
}
