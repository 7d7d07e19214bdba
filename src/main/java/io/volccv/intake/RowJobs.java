package io.volccv.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.InvalidRequestException;
import io.volccv.files.JobReader;
import io.volccv.files.JobRules;
import io.volccv.model.Job;
import io.volccv.model.JobPicture;
import io.volccv.queue.QueuedJob;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes jobs of the rows of one table. The same every time: a row that names no key has one of the
 * table's hash and its number, so that it is paid once, however often it is queued.
 */
final class RowJobs {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int HASH_DIGITS = 16;

  private final String table;
  private final String prefix;
  private final JobReader reader;
  private final @Nullable JobRules rules;

  /**
   * @param table the table's file name, for the names of pictures that have none
   * @param sha256 of the table
   */
  RowJobs(String table, String sha256, JobReader reader, @Nullable JobRules rules) {
    this.table = table.replaceFirst("(?<=.)\\.[^.]*$", "").replaceAll("[\\p{Cc}\\\\]", "_");
    this.prefix = "csv-" + sha256.substring(0, HASH_DIGITS) + "-";
    this.reader = reader;
    this.rules = rules;
  }

  /**
   * @return one job, or as many as the row has variants
   * @throws InvalidRequestException says what is wrong with the row, and what to write
   */
  List<QueuedJob> of(Row row) {
    Map<String, Object> values = new LinkedHashMap<>(row.values().read());
    values.putIfAbsent("jobKey", prefix + row.number());
    String id = id(row);
    List<QueuedJob> jobs = new ArrayList<>();
    if (values.containsKey("variants")) {
      values.putIfAbsent("name", id);
      reader.expand(id, values).forEach(one -> jobs.add(job(id, one)));
    } else {
      jobs.add(job(id, values));
    }
    return jobs;
  }

  /** What a row is called when it has no name: {@code orders/2}. */
  String id(Row row) {
    return table + "/" + row.number();
  }

  private QueuedJob job(String id, Map<String, Object> values) {
    Job job = reader.map(id, values);
    if (rules != null) {
      rules.check(job);
    }
    if (job.choices().name() == null) {
      values.put("name", name(job, id));
    }
    Integer priority = job.choices().priority();
    return new QueuedJob(json(values), priority == null ? QueuedJob.USUAL : priority);
  }

  /** As in a folder: a picture's result is called as the picture. */
  private static String name(Job job, String id) {
    return !job.pictures().isEmpty() && job.pictures().get(0) instanceof JobPicture.Named named
        ? named.name()
        : id;
  }

  static String json(Map<String, Object> values) {
    try {
      return JSON.writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("values of JSON are no JSON", e);
    }
  }
}
