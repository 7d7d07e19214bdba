package io.volccv.intake;

import io.volccv.error.CvException;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.files.ErrorFile;
import io.volccv.files.JobListener;
import io.volccv.files.JobReader;
import io.volccv.files.JobRules;
import io.volccv.model.Job;
import io.volccv.queue.JobQueue;
import io.volccv.queue.QueuedJob;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step of a route that puts the rows of a table into the queue, as jobs: CSV, or a JSON object
 * in each line. All that is in memory is one batch.
 *
 * <p>A table is read twice. The first time nothing is done but to see that it can be read; one that
 * cannot goes to {@code invalid}, and nothing of it is queued. The second time its jobs are queued
 * batch by batch. After each, {@code <table>.progress} says how far it is, so that a restart goes
 * on behind the last batch; what is queued twice in spite of that has the same job key. A row that
 * is no job stands with its number and the reason in {@code <table>.errors.csv}.
 */
public final class Tables implements CamelContextAware {

  /** The exchange property with the absolute path that the table is moved to. */
  public static final String MOVE = "CamelVolcCvMove";

  private static final Logger LOG = LoggerFactory.getLogger(Tables.class);
  private static final String SOURCE = "csv";

  /** Of the text of jobs that one transaction holds, in characters. */
  private static final long BATCH_CHARS = 4_000_000;

  private final JobReader reader = new JobReader(SOURCE);
  private Charset encoding = java.nio.charset.StandardCharsets.UTF_8;
  private char separator = ',';
  private String queue = "volccv.jobs";
  private int batch = 1000;
  private Path done = Path.of("data/done");
  private Path invalid = Path.of("data/invalid");
  private @Nullable CamelContext context;

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** Of all tables: {@code UTF-8} when not set, {@code GBK}. */
  public void setEncoding(String encoding) {
    this.encoding = Charset.forName(encoding);
  }

  /** Between the cells of a CSV, a character or {@code tab}; {@code ,} when not set. */
  public void setSeparator(String separator) {
    this.separator = separator.equals("tab") ? '\t' : separator.charAt(0);
  }

  /** The name of the queue; {@code volccv.jobs} when not set. */
  public void setQueue(String queue) {
    this.queue = queue;
  }

  /** Jobs in one transaction; {@code 1000} when not set. */
  public void setBatch(int jobs) {
    this.batch = jobs;
  }

  /** Where tables go whose rows are queued. */
  public void setDone(String folder) {
    this.done = Path.of(folder).toAbsolutePath();
  }

  /** Where tables go that cannot be read. */
  public void setInvalid(String folder) {
    this.invalid = Path.of(folder).toAbsolutePath();
  }

  /**
   * Queues the table in the body, and says in {@value #MOVE} where it goes.
   *
   * @throws IOException when the broker cannot be reached: the table stays where it is
   */
  public void take(Exchange exchange) throws Exception {
    Path table = exchange.getMessage().getMandatoryBody(File.class).toPath().toAbsolutePath();
    TableFormat format = new TableFormat(encoding, separator);
    try {
      TableSurvey survey = TableSurvey.of(table, format, reader);
      TableProgress end = queue(table, format, survey);
      Path goal = free(done, table);
      if (end.bad() > 0) {
        LOG.warn(
            "{} of the {} rows of {} are no jobs: {}",
            end.bad(),
            end.rows(),
            name(table),
            BadRows.file(goal));
      }
      leave(exchange, table, goal);
    } catch (TableException e) {
      refuse(exchange, table, e.asError());
    }
  }

  private TableProgress queue(Path table, TableFormat format, TableSurvey survey) throws Exception {
    TableProgress before = TableProgress.read(table);
    TableProgress progress =
        before != null && before.sha256().equals(survey.sha256())
            ? before
            : TableProgress.begin(survey);
    if (progress.done() == survey.rows()) {
      return progress; // all but the move was done before
    }
    RowJobs jobs =
        new RowJobs(String.valueOf(table.getFileName()), survey.sha256(), reader, rules());
    try (InputStream in = Files.newInputStream(table);
        Rows rows = format.rows(String.valueOf(table.getFileName()), in, reader);
        BadRows report = BadRows.open(table, format, rows.columns(), progress.reportBytes());
        JobQueue out = JobQueue.open(context, queue)) {
      Batch current = new Batch(progress);
      for (Row row = rows.next(); row != null; row = rows.next()) {
        if (row.number() <= progress.row()) {
          continue;
        }
        try {
          current.add(row, jobs.of(row));
        } catch (InvalidRequestException e) {
          current.addBad(row);
          report.add(row, rows.columns(), String.valueOf(e.getMessage()));
          tellBad(jobs, row, e);
        }
        if (current.isFull(batch)) {
          current = commit(table, current, out, report);
        }
      }
      return commit(table, current, out, report).reached();
    }
  }

  /** What jobs may choose; without, that is found out when they come out of the queue. */
  private @Nullable JobRules rules() {
    return context == null ? null : context.getRegistry().findSingleByType(JobRules.class);
  }

  /** In this order: nothing that the progress says may be missing after a power failure. */
  private static Batch commit(Path table, Batch full, JobQueue out, BadRows report)
      throws IOException {
    out.put(full.jobs());
    TableProgress reached = full.reached(report.sync());
    reached.write(table);
    return new Batch(reached);
  }

  /** What is read since the last commit. */
  private static final class Batch {
    private final List<QueuedJob> jobs = new ArrayList<>();
    private final TableProgress before;
    private long row;
    private long rows;
    private long bad;
    private long chars;

    Batch(TableProgress before) {
      this.before = before;
      this.row = before.row();
    }

    List<QueuedJob> jobs() {
      return jobs;
    }

    void add(Row read, List<QueuedJob> made) {
      count(read);
      jobs.addAll(made);
      made.forEach(job -> chars += job.json().length());
    }

    void addBad(Row read) {
      count(read);
      bad++;
    }

    private void count(Row read) {
      row = read.number();
      rows++;
    }

    boolean isFull(int most) {
      return rows >= most || jobs.size() >= most || chars >= BATCH_CHARS;
    }

    TableProgress reached() {
      return before;
    }

    TableProgress reached(long reportBytes) {
      return new TableProgress(
          before.sha256(),
          before.rows(),
          row,
          before.done() + rows,
          before.jobs() + jobs.size(),
          before.bad() + bad,
          reportBytes);
    }
  }

  private void tellBad(RowJobs jobs, Row row, CvException reason) {
    tellInvalid(new Job(SOURCE, jobs.id(row), Map.of(), null, Map.of(), null), reason, List.of());
  }

  private void tellInvalid(Job job, CvException reason, List<Path> put) {
    for (JobListener listener : listeners()) {
      listener.started(job);
      listener.ended(job, Job.Outcome.INVALID, null, put, reason);
    }
  }

  private List<JobListener> listeners() {
    return context == null
        ? List.of()
        : List.copyOf(context.getRegistry().findByType(JobListener.class));
  }

  private void refuse(Exchange exchange, Path table, CvException reason) throws IOException {
    Path goal = free(invalid, table);
    Path error = goal.resolveSibling(goal.getFileName() + ".error.json");
    ErrorFile.write(error, exchange, reason, Instant.now());
    LOG.warn("{} is now {}: {}", name(table), goal, reason.getMessage());
    tellInvalid(
        new Job(SOURCE, name(table), Map.of(), null, Map.of(), null), reason, List.of(goal, error));
    leave(exchange, table, goal);
  }

  /** Camel moves the table when the exchange is done; the report follows, and the progress goes. */
  private static void leave(Exchange exchange, Path table, Path goal) {
    exchange.setProperty(MOVE, goal.toString());
    exchange.getExchangeExtension().addOnCompletion(new AfterTable(table, goal));
  }

  private static final class AfterTable extends SynchronizationAdapter {
    private final Path table;
    private final Path goal;

    AfterTable(Path table, Path goal) {
      this.table = table;
      this.goal = goal;
    }

    /** After Camel's own completion, which has no order and moves the table. */
    @Override
    public int getOrder() {
      return Ordered.LOWEST;
    }

    @Override
    public void onDone(Exchange exchange) {
      if (Files.exists(table)) {
        return; // Camel has logged why it could not be moved, and tries again
      }
      try {
        if (Files.exists(BadRows.file(table))) {
          Files.move(BadRows.file(table), BadRows.file(goal));
        }
        Files.deleteIfExists(TableProgress.file(table));
      } catch (IOException e) {
        LOG.warn("Cannot move the report of {}: {}", name(table), e.toString());
      }
    }
  }

  /** A name in the folder that is not taken, {@code -r2} is added else. */
  private static Path free(Path folder, Path table) {
    String name = String.valueOf(table.getFileName());
    int dot = name.lastIndexOf('.');
    Path free = folder.resolve(name);
    for (int n = 2; Files.exists(free) || Files.exists(BadRows.file(free)); n++) {
      free = folder.resolve(name.substring(0, dot) + "-r" + n + name.substring(dot));
    }
    return free;
  }

  /** For a log. */
  private static String name(Path table) {
    return Printable.shorten(String.valueOf(table.getFileName()), 200);
  }
}
