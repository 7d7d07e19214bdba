package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.ledger.Budget;
import io.volccv.ledger.Budget.Caps;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Quota;
import io.volccv.model.Money;
import io.volccv.sandbox.Bill;
import io.volccv.sandbox.Sandbox;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * A Camel context with the component on a durable ledger, which can be stopped and started again as
 * a process is; and what stands in the ledger's file meanwhile.
 */
final class LedgerProcess implements AutoCloseable {

  /** Codes of the column {@code state}. */
  static final Map<Integer, String> STATES =
      Map.of(
          1,
          "CLAIMED",
          2,
          "SENT",
          3,
          "TASK",
          4,
          "ANSWERED",
          5,
          "DONE",
          6,
          "DELIVERED",
          7,
          "FAILED",
          8,
          "UNKNOWN",
          9,
          "LOST");

  /**
   * A job's row.
   *
   * @param isOwned whether somebody works on it
   */
  record Row(String state, boolean isOwned, boolean again, int attempt, @Nullable String taskId) {}

  /** A line of the budget, in thousandths of a yuan and in pictures. */
  record Spent(
      long held, long maybe, long spent, long heldImages, long maybeImages, long spentImages) {}

  private static final Budget PRICED =
      new Budget(Caps.NONE, Map.of(), Optional.of(new Money(200)), Budget.VENDOR_ZONE);

  private final Sandbox sandbox;
  private final Path folder;
  private final int concurrency;
  private JdbcLedger ledger;
  private CamelContext camel;
  private ProducerTemplate template;
  private VolcCvComponent component;

  LedgerProcess(Sandbox sandbox, Path folder, int concurrency) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.concurrency = concurrency;
    start();
  }

  /** Starts with one route, {@code direct:generate}, so that there is something to go on with. */
  void start() {
    ledger =
        new JdbcLedger(
            "jdbc:sqlite:" + folder.resolve("ledger.db"),
            folder.resolve("kept"),
            new Quota("main", 0, concurrency, 1000),
            PRICED,
            Duration.ofMinutes(2));
    component = new VolcCvComponent();
    component.getConfiguration().setBaseUrl(sandbox.gateway().toString());
    component.getConfiguration().setApiKey(sandbox.options().apiKey());
    component.getConfiguration().setPollInterval(20);
    component.setSpoolDirectory(folder.resolve("spool").toString());
    component.setLedger(ledger);
    camel = new DefaultCamelContext();
    camel.addComponent("volccv", component);
    addRoute("direct:generate", "volccv:generate?reqKey=high_aes_general_v30l_zt2i", done -> {});
    camel.start();
    template = camel.createProducerTemplate();
  }

  /** Calls under way are cut; a context that stops first would wait for them. */
  void stop() {
    component.stop();
    camel.stop();
    ledger.close();
  }

  void restart() {
    stop();
    start();
  }

  VolcCvComponent component() {
    return component;
  }

  /** Looks at the message while the exchange is not yet done. */
  interface Check {
    void accept(Exchange exchange) throws Exception;
  }

  private void addRoute(String from, String uri, Check check) {
    try {
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from(from).errorHandler(noErrorHandler()).to(uri).process(check::accept);
            }
          });
    } catch (Exception e) {
      throw new IllegalArgumentException(uri, e);
    }
  }

  Exchange send(String uri, @Nullable Object body, Map<String, Object> headers) {
    return send(uri, body, headers, done -> {});
  }

  Exchange send(String uri, @Nullable Object body, Map<String, Object> headers, Check check) {
    return begin(uri, body, headers, check).orTimeout(20, TimeUnit.SECONDS).join();
  }

  CompletableFuture<Exchange> begin(
      String uri, @Nullable Object body, Map<String, Object> headers) {
    return begin(uri, body, headers, done -> {});
  }

  CompletableFuture<Exchange> begin(
      String uri, @Nullable Object body, Map<String, Object> headers, Check check) {
    String route = "direct:" + camel.getRoutesSize();
    addRoute(route, uri, check);
    return beginAt(route, body, headers);
  }

  CompletableFuture<Exchange> beginAt(
      String route, @Nullable Object body, Map<String, Object> headers) {
    return template.asyncSend(
        route,
        exchange -> {
          exchange.getMessage().setBody(body);
          exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
  }

  /** The row of the job with this key; empty without one. */
  Optional<Row> row(String key) {
    return query(
            "SELECT state, owner, again, attempt, task_id FROM job WHERE label = ?",
            row ->
                new Row(
                    STATES.get(row.getInt(1)),
                    row.getObject(2) != null,
                    row.getInt(3) == 1,
                    row.getInt(4),
                    row.getString(5)),
            key)
        .stream()
        .findFirst();
  }

  String state(String key) {
    return row(key).map(Row::state).orElse("none");
  }

  /** How many permits count, as the ledger counts them. */
  int permits() {
    return query(
            "SELECT count(*) FROM job WHERE permit = 1"
                + " AND (permit_until IS NULL OR permit_until > ?)",
            row -> row.getInt(1),
            System.currentTimeMillis() * 1000)
        .get(0);
  }

  /** What is held, perhaps spent and spent in all; the day's line says the same. */
  Spent spent() {
    List<Spent> lines =
        query(
            "SELECT held, maybe, spent, held_n, maybe_n, spent_n FROM budget"
                + " WHERE scope = 'account:main'",
            row ->
                new Spent(
                    row.getLong(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5),
                    row.getLong(6)));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).as("the day and all").isEqualTo(lines.get(1));
    return lines.get(0);
  }

  private interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private <T> List<T> query(String sql, Reader<T> reader, Object... values) {
    List<T> rows = new java.util.ArrayList<>();
    try (Connection file =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
        PreparedStatement statement = file.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      ResultSet found = statement.executeQuery();
      while (found.next()) {
        rows.add(reader.read(found));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
    return rows;
  }

  /** How often an action was called, by the sandbox's own book. */
  static long calls(Sandbox sandbox, String action) {
    return sandbox.bill().calls().stream()
        .map(Bill.Call::action)
        .filter(called -> called != null && called.contains(action))
        .count();
  }

  @Override
  public void close() {
    stop();
  }
}
