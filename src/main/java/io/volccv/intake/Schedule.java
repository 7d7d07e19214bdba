package io.volccv.intake;

import io.volccv.error.InvalidRequestException;
import io.volccv.error.Nearest;
import io.volccv.files.JobReader;
import io.volccv.model.Job;
import io.volccv.model.MapFile;
import io.volccv.queue.QueuedJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/**
 * Jobs that a clock starts. The schedule is a file of YAML or JSON: names, and below each a {@code
 * cron} and a {@code job}.
 *
 * <p>The key of a job is {@code timer-<name>-<time>} with the time at which it is due, to the
 * second and in UTC: whoever queues it again, after a restart or in another process, queues the
 * same job. So nothing need be remembered, and what was missed a short while ago is made up for.
 */
public final class Schedule {
  private static final JobReader READER = new JobReader("timer", "jobKey");
  private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("uuuu-MM-dd-HHmmss");
  private static final String NAME = "[A-Za-z0-9_-]{1,60}";

  /** One line of the schedule. */
  private record Entry(String name, CronExpression cron, Map<String, Object> job) {}

  /**
   * A job that is due.
   *
   * @param entry the name of its entry
   * @param at when it was due
   * @param json the job
   * @param priority 0 to 9
   * @param isLast whether it is the last one of its entry and time
   */
  public record Due(String entry, Instant at, String json, int priority, boolean isLast) {}

  private final Clock clock;
  private final Map<String, Instant> reached = new TreeMap<>();
  private Path file = Path.of("config/schedule.yaml");
  private List<Entry> entries = List.of();
  private ZoneId zone = ZoneId.of("Asia/Shanghai");
  private Duration lookBack = Duration.ofMinutes(10);

  public Schedule() {
    this(Clock.systemUTC());
  }

  Schedule(Clock clock) {
    this.clock = clock;
  }

  /** The schedule. */
  public void setFile(String file) {
    this.file = Path.of(file);
  }

  /** In which the times are meant; {@code Asia/Shanghai} when not set. */
  public void setZone(String zone) {
    this.zone = ZoneId.of(zone);
  }

  /** How long ago a job may have been due that is queued at the start, in milliseconds. */
  public void setLookBackMillis(long millis) {
    this.lookBack = Duration.ofMillis(millis);
  }

  /**
   * Reads the schedule.
   *
   * @throws IllegalArgumentException what is wrong with it, for the configuration
   */
  public void load() throws IOException {
    entries = read(file);
  }

  /** The jobs that are due and not queued yet, oldest first. */
  public synchronized List<Due> due() {
    Instant now = clock.instant();
    List<Due> due = new ArrayList<>();
    for (Entry entry : entries) {
      Instant from = reached.computeIfAbsent(entry.name(), name -> now.minus(lookBack));
      ZonedDateTime next = entry.cron().next(from.atZone(zone));
      while (next != null && !next.toInstant().isAfter(now)) {
        due.addAll(jobs(entry, next));
        next = entry.cron().next(next);
      }
    }
    due.sort(java.util.Comparator.comparing(Due::at));
    return due;
  }

  /** The job is in the queue. */
  public synchronized void queued(Due due) {
    if (due.isLast()) {
      reached.put(due.entry(), due.at());
    }
  }

  private List<Due> jobs(Entry entry, ZonedDateTime at) {
    Map<String, Object> values = new LinkedHashMap<>(entry.job());
    String name = values.get("name") instanceof String text ? text : entry.name();
    values.put("name", name + "/" + LOCAL.format(at));
    values.put(
        "jobKey",
        "timer-" + entry.name() + "-" + UTC.format(at.withZoneSameInstant(ZoneId.of("UTC"))));
    List<Due> due = new ArrayList<>();
    // Keys are this class's own matter, so that the reader of entries refuses them.
    JobReader reader = new JobReader("timer");
    List<Map<String, Object>> variants = reader.expand(name, values);
    for (Map<String, Object> one : variants) {
      Job job = reader.map(name, one);
      Integer priority = job.choices().priority();
      due.add(
          new Due(
              entry.name(),
              at.toInstant(),
              RowJobs.json(one),
              priority == null ? QueuedJob.USUAL : priority,
              due.size() == variants.size() - 1));
    }
    return due;
  }

  private List<Entry> read(Path file) throws IOException {
    List<Entry> read = new ArrayList<>();
    try {
      MapFile.parse(String.valueOf(file.getFileName()), Files.readString(file))
          .forEach((name, value) -> read.add(entry(name, value)));
    } catch (IllegalArgumentException | InvalidRequestException e) {
      throw wrong(
          file,
          e.getMessage() + (String.valueOf(e.getMessage()).contains("; ") ? "" : "; correct it"),
          e);
    }
    if (read.isEmpty()) {
      throw wrong(file, "has no entries; write one, with cron and job", null);
    }
    return read;
  }

  private static IllegalArgumentException wrong(
      Path file, String what, @Nullable RuntimeException cause) {
    return new IllegalArgumentException(
        "timer.schedule: " + file.getFileName() + ": " + what, cause);
  }

  private Entry entry(String name, Object value) {
    if (!name.matches(NAME)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name; write letters, digits, _ and -");
    }
    if (!(value instanceof Map<?, ?> map)
        || !(map.get("cron") instanceof String cron)
        || !(map.get("job") instanceof Map<?, ?> job)) {
      throw new IllegalArgumentException(
          name + " has no cron (a text) or no job (names and values); write both");
    }
    for (Object key : map.keySet()) {
      if (!key.equals("cron") && !key.equals("job")) {
        throw new IllegalArgumentException(
            name
                + " has "
                + key
                + "; "
                + Nearest.to(key.toString(), List.of("cron", "job"))
                    .map(near -> "did you mean " + near + "?")
                    .orElse("write cron and job"));
      }
    }
    Map<String, Object> values = MapFile.textKeys(job);
    try {
      READER.expand(name, values).forEach(one -> READER.map(name, one));
    } catch (InvalidRequestException e) {
      throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
    }
    return new Entry(name, cron(name, cron), values);
  }

  /** Five fields as everywhere, or six with seconds first. */
  private static CronExpression cron(String name, String text) {
    String fields = text.strip();
    try {
      return CronExpression.parse(fields.split("\\s+").length == 5 ? "0 " + fields : fields);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          name + ": the cron '" + text + "' cannot be read; write for example 0 9 * * MON-FRI", e);
    }
  }
}
