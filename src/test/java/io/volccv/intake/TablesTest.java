package io.volccv.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.queue.QueueBroker;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is in the queue after a table was taken, and after it was taken in pieces. {@code
 * -Dvolccv.intake.rows=1000000} makes the large one large.
 */
final class TablesTest {
  private static final int ROWS = Integer.getInteger("volccv.intake.rows", 2500);

  @TempDir static Path broker;
  private static QueueBroker queue;
  private static CamelContext context;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    queue = QueueBroker.embedded(broker, 0, null, null, Set.of("small", "again", "large"), "dead");
    context = new DefaultCamelContext();
    context.addComponent("jms", queue.component());
    context.start();
  }

  @AfterAll
  static void stop() {
    context.stop();
    queue.close();
  }

  @Test
  void eachRowOfALargeTableIsQueuedOnce() throws Exception {
    Path table = folder.resolve("large.csv");
    try (BufferedWriter out = Files.newBufferedWriter(table)) {
      out.write("prompt,params.seed,pictures.file\n");
      for (int i = 0; i < ROWS; i++) {
        out.write("\"a cat, number " + i + "\"," + i + ",cats/" + i + ".jpg\n");
      }
    }

    take(table, "large", 1000);

    TableProgress end = TableProgress.read(table);
    assertThat(end.done()).isEqualTo(ROWS);
    assertThat(end.jobs()).isEqualTo(ROWS);
    if (ROWS < 10_000) {
      assertThat(received("large")).hasSize(ROWS).doesNotHaveDuplicates();
    }
  }

  @Test
  void whatWasQueuedBeforeACrashIsNotQueuedAgain() throws Exception {
    Path table = folder.resolve("orders.csv");
    Files.writeString(table, "prompt,priority\na,1\nb,ten\nc,3\n\nd,4\ne,eleven\nf,5\n");
    Path report = BadRows.file(table);
    take(table, "again", 2);
    List<String> whole = received("again");
    String wholeReport = Files.readString(report);
    assertThat(whole).hasSize(4);
    TableProgress end = TableProgress.read(table);

    // As a crash leaves it that came after the first batch, with some of the next report written.
    int first = wholeReport.indexOf("\n7,") + 1;
    new TableProgress(
            end.sha256(), 6, 3, 2, 1, 1, wholeReport.substring(0, first).getBytes(UTF_8).length)
        .write(table);
    Files.writeString(report, wholeReport + "7,half a li");
    take(table, "again", 2);

    assertThat(received("again"))
        .as("all but the first, which has the lowest priority")
        .isEqualTo(whole.subList(0, 3));
    assertThat(Files.readString(report)).isEqualTo(wholeReport);
    take(table, "again", 2);
    assertThat(received("again")).as("all of it was queued").isEmpty();
  }

  @Test
  void theProgressOfAnotherTableIsNotGoneOnWith() throws Exception {
    Path table = folder.resolve("orders.csv");
    Files.writeString(table, "prompt\na\nb\n");
    new TableProgress("another", 2, 2, 1, 1, 0, 0).write(table);

    take(table, "small", 1000);

    assertThat(received("small")).hasSize(2);
  }

  @Test
  void aTableStaysWhenTheQueueCannotBeReached() throws Exception {
    Path table = folder.resolve("orders.csv");
    Files.writeString(table, "prompt\na\n");
    QueueBroker closed =
        QueueBroker.embedded(folder.resolve("broker"), 0, null, null, Set.of("small"), "dead");
    closed.close();
    try (DefaultCamelContext other = new DefaultCamelContext()) {
      other.addComponent("jms", closed.component());
      other.start();

      assertThatThrownBy(() -> take(other, table, "small", 1000))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the queue cannot be reached");
    }
    assertThat(table).exists();
    assertThat(TableProgress.file(table)).doesNotExist();
  }

  private void take(Path table, String name, int batch) throws Exception {
    take(context, table, name, batch);
  }

  private void take(CamelContext camel, Path table, String name, int batch) throws Exception {
    Tables tables = new Tables();
    tables.setCamelContext(camel);
    tables.setQueue(name);
    tables.setBatch(batch);
    tables.setDone(folder.resolve("done").toString());
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setBody(table.toFile());
    tables.take(exchange);
  }

  private static List<String> received(String name) throws IOException {
    List<String> jobs = new ArrayList<>();
    var template = context.createConsumerTemplate();
    try (template) {
      for (String job = template.receiveBody("jms:" + name, 1000, String.class);
          job != null;
          job = template.receiveBody("jms:" + name, 1000, String.class)) {
        jobs.add(job);
      }
    }
    return jobs;
  }
}
