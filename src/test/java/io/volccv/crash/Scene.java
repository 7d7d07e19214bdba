package io.volccv.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Folders with jobs, the ledger they are in, and the processes that work on them. */
final class Scene implements AutoCloseable {

  private static final List<String> STATES =
      List.of(
          "",
          "CLAIMED",
          "SENT",
          "TASK",
          "ANSWERED",
          "DONE",
          "DELIVERED",
          "FAILED",
          "UNKNOWN",
          "LOST");

  private final Path home;
  private final String url;
  private final Service service;
  private final Set<String> jobs = new HashSet<>();
  private final List<Child> children = new ArrayList<>();

  /** Jobs that may be unknown, since they were under way when something died. */
  private final Set<String> underWay = new HashSet<>();

  Scene(Path home, String url, Service service) throws IOException {
    this.home = home;
    this.url = url;
    this.service = service;
    for (String folder :
        List.of("inbox", "outbox", "done", "unknown", "failed", "reasons", "parts")) {
      Files.createDirectories(home.resolve(folder));
    }
  }

  static Scene onSqlite(Path home, Service service) throws IOException {
    return new Scene(home, "jdbc:sqlite:" + home.resolve("ledger.db"), service);
  }

  Path home() {
    return home;
  }

  Service service() {
    return service;
  }

  Set<String> jobs() {
    return jobs;
  }

  Set<String> underWay() {
    return underWay;
  }

  void job(String id, Mode mode) throws IOException {
    jobs.add(id);
    Path part = home.resolve("parts").resolve(id);
    Files.writeString(part, mode.name());
    Files.move(part, home.resolve("inbox").resolve(id));
  }

  WorkerOptions worker(String name) {
    return WorkerOptions.of(home, url, name, service.uri());
  }

  Child start(WorkerOptions options) throws IOException {
    return start(List.of(), options);
  }

  Child start(List<String> before, WorkerOptions options) throws IOException {
    Child child = Child.start(before, Worker.class, home.resolve("log"), options.args());
    children.add(child);
    return child;
  }

  /** From the next start on, workers live so much later. */
  void later(Duration time) throws IOException {
    Files.writeString(home.resolve("later"), time.toString());
  }

  /** Who waits begins. */
  void go() throws IOException {
    Files.writeString(home.resolve("go"), "");
  }

  /** Runs a worker to its own end. */
  int run(WorkerOptions options) throws IOException, InterruptedException {
    return start(options).end();
  }

  /** What died is noted: what it had sent may be unknown. */
  void noteDeath(String name) throws SQLException {
    underWay.addAll(sent(name));
  }

  /** The state of each job that has a row. */
  Map<String, String> rows() throws SQLException {
    Map<String, String> rows = new HashMap<>();
    query("SELECT label, state FROM job", row -> rows.put(row.getString(1), state(row.getInt(2))));
    return rows;
  }

  static String state(int code) {
    return STATES.get(code);
  }

  /** The jobs of a worker that may be paid at this moment. */
  private Set<String> sent(String name) throws SQLException {
    Set<String> sent = new HashSet<>();
    query(
        "SELECT label FROM job JOIN owner ON owner.id = job.owner WHERE state = 2"
            + " AND instance LIKE '%/"
            + name
            + "/owner.lock'",
        row -> sent.add(row.getString(1)));
    return sent;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private void query(String sql, RowReader reader) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(url.startsWith("jdbc:sqlite") ? "PRAGMA busy_timeout=10000" : "SELECT 1");
      if (hasTables(statement)) {
        try (ResultSet rows = statement.executeQuery(sql)) {
          while (rows.next()) {
            reader.read(rows);
          }
        }
      }
    }
  }

  private boolean hasTables(Statement statement) throws SQLException {
    String sql =
        url.startsWith("jdbc:sqlite")
            ? "SELECT count(*) FROM sqlite_master WHERE name = 'job'"
            : "SELECT count(*) FROM information_schema.tables WHERE table_name = 'job'";
    try (ResultSet count = statement.executeQuery(sql)) {
      return count.next() && count.getInt(1) > 0;
    }
  }

  /** The jobs in one of the folders. */
  Set<String> in(String folder) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(folder))) {
      return files.map(Mode::id).collect(Collectors.toSet());
    }
  }

  /** How often a sink was written to for a job. */
  long deliveries(String sink, String id) throws IOException {
    Path file = home.resolve("deliveries");
    return !Files.exists(file)
        ? 0
        : Files.readAllLines(file).stream().filter((sink + " " + id)::equals).count();
  }

  /** The hash of a job's picture in a sink, or nothing. */
  String delivered(String sink, String id) throws IOException {
    Path file = home.resolve("outbox").resolve(sink).resolve(id + ".png");
    return Files.exists(file) ? Hash.of(file) : "";
  }

  /** The hashes of all pictures that workers keep. */
  Set<String> kept() throws IOException {
    Set<String> kept = new HashSet<>();
    try (Stream<Path> folders = Files.list(home)) {
      for (Path folder : folders.filter(one -> Mode.id(one).startsWith("worker")).toList()) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path file : files.filter(one -> one.toString().endsWith(".png")).toList()) {
            kept.add(Hash.of(file));
          }
        }
      }
    }
    return kept;
  }

  String log() throws IOException {
    Path log = home.resolve("log");
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  @Override
  public void close() throws InterruptedException {
    for (Child child : children) {
      child.kill();
    }
  }
}
