package io.volccv.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Nearest;
import io.volccv.error.Printable;
import io.volccv.model.Job;
import io.volccv.model.JobPicture;
import io.volccv.model.MapFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a source brings - a JSON text, a Map, a row of a table - into a {@link Job}, the same
 * way for all sources: {@code job.schema.json} says what may be written, and what cannot be
 * honoured is refused, never ignored. May be used by several threads.
 *
 * <p>Whether a job may have the model and the sink that it names is up to {@link JobRules}.
 */
public final class JobReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> MAPS = List.of("fields", "params");
  private static final String PICTURES = "pictures";
  private static final String VARIANTS = "variants";
  private static final String SEED = "seed";

  private final String source;
  private final String stage;
  private final Set<String> refused;

  /**
   * @param source what the jobs' source is called, for example {@code queue}
   * @param refused fields that this source cannot honour, for example {@code priority}
   */
  public JobReader(String source, String... refused) {
    this(source, "job", Set.of(refused));
  }

  /**
   * @param stage for the errors, for example {@code sidecar}
   */
  JobReader(String source, String stage, Set<String> refused) {
    this.source = source;
    this.stage = stage;
    this.refused = Set.copyOf(refused);
  }

  /**
   * The job of a JSON text.
   *
   * @param id what the source calls it, for example the message's id
   * @throws InvalidRequestException names the field that is wrong, and says what to write
   */
  public Job json(String id, String text) {
    return map(id, values(text));
  }

  /**
   * The Map of a JSON text, for {@link #map} or {@link #expand}.
   *
   * @throws InvalidRequestException when it is no JSON object; says where
   */
  public Map<String, Object> values(String text) {
    try {
      return MapFile.parseJson(text);
    } catch (IllegalArgumentException e) {
      throw error("the job " + e.getMessage(), "write a JSON object, {\"prompt\": \"...\"}", e);
    }
  }

  /**
   * The job of a Map with JSON's types.
   *
   * @param id what the source calls it
   * @throws InvalidRequestException names the field that is wrong, and says what to write
   */
  public Job map(String id, Map<?, ?> values) {
    Object name = values.get("name");
    Map<String, Object> fields = name instanceof String text ? nameFields(text) : Map.of();
    return read(new Job(source, id, fields, null, Map.of(), null), values, "the job");
  }

  /**
   * The Map of a row, for {@link #map} or {@link #expand}. An empty cell is not there. {@code
   * fields.style} is a field of the template, {@code params.scale} a parameter, {@code
   * pictures.file} a picture; numbers and booleans among the parameters are read as such.
   *
   * @param row texts by column
   * @throws InvalidRequestException names the column that is wrong, and says what to write
   */
  public Map<String, Object> row(Map<?, ?> row) {
    Map<String, Object> values = new LinkedHashMap<>();
    row.forEach(
        (column, cell) -> {
          String text = cell == null ? "" : cell.toString().strip();
          if (!text.isEmpty()) {
            put(values, String.valueOf(column).strip(), text);
          }
        });
    return values;
  }

  /** A copy of the schema of jobs, for descriptions of a service. */
  public static ObjectNode schema() {
    return (ObjectNode) JobSchema.root().deepCopy();
  }

  /**
   * Looks at the header of a table before any of its rows.
   *
   * @throws InvalidRequestException names the column that no row can have, and says what to write
   */
  public void requireColumns(List<String> columns) {
    for (String column : columns) {
      boolean isMap = MAPS.contains(column) || column.equals(PICTURES);
      if (isMap) {
        throw error(
            "the job has the column " + column, "write " + column + ". and a name behind it", null);
      }
      if (column.startsWith(PICTURES + ".")) {
        known(column, JobSchema.pictureFields().stream().map(f -> PICTURES + "." + f).toList());
      } else if (column.indexOf('.') < 0) {
        known(column, JobSchema.fields());
      } else {
        put(new LinkedHashMap<>(), column, "");
      }
    }
  }

  private void known(String column, List<String> known) {
    if (!known.contains(column)) {
      throw error(
          "the job has the column " + Printable.shorten(column, 80),
          Nearest.to(column, known)
              .map(near -> "did you mean " + near + "?")
              .orElse("write one of " + String.join(", ", known)),
          null);
    }
  }

  /**
   * The jobs that a job with {@code variants} stands for, as Maps without it, to be queued each on
   * its own: they have names, keys, retries and ends of their own. The same every time, so that a
   * redelivery is met by what is already done: {@code -v1}, {@code -v2} ... go to the name and the
   * key, and the seeds count from the given one, else from 1. A job without variants is the only
   * one.
   *
   * @param id what the source calls it; the name of a job that has none
   * @throws InvalidRequestException names the field that is wrong, and says what to write
   */
  public List<Map<String, Object>> expand(String id, Map<?, ?> values) {
    Map<String, Object> base = checked(values, source, "the job");
    Object variants = base.remove(VARIANTS);
    if (variants == null) {
      return List.of(base);
    }
    String name = base.get("name") instanceof String text ? text : id;
    Map<String, Object> fields = nameFields(name);
    fields.putAll(map(base, "fields"));
    base.put("fields", fields);
    List<Map<String, Object>> jobs = new ArrayList<>();
    int count = variants instanceof List<?> list ? list.size() : ((Number) variants).intValue();
    for (int i = 0; i < count; i++) {
      Map<String, Object> job = new LinkedHashMap<>(base);
      String suffix = "-v" + (i + 1);
      String stem = SafePath.base(name);
      job.put("name", SafePath.with(stem, suffix + name.substring(stem.length())));
      if (base.get("jobKey") instanceof String key) {
        job.put("jobKey", key + suffix);
      }
      if (variants instanceof List<?> list) {
        overlay(job, MapFile.textKeys(asMap(list.get(i))));
      } else {
        Map<String, Object> params = map(base, "params");
        long first = params.get(SEED) instanceof Number n && n.longValue() >= 0 ? n.longValue() : 1;
        params.put(SEED, first + i);
        job.put("params", params);
      }
      jobs.add(job);
    }
    return jobs;
  }

  private static void overlay(Map<String, Object> job, Map<String, Object> difference) {
    difference.forEach(
        (field, value) -> {
          if (value instanceof Map<?, ?> inner) {
            Map<String, Object> merged = map(job, field);
            merged.putAll(MapFile.textKeys(inner));
            job.put(field, merged);
          } else {
            job.put(field, value);
          }
        });
  }

  /** The fields that a name gives to the template: itself made readable, its file, its folder. */
  static Map<String, Object> nameFields(String name) {
    int slash = name.lastIndexOf('/');
    String file = name.substring(slash + 1);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", SafePath.base(file).replaceAll("[_-]+", " ").strip());
    fields.put("file", file);
    fields.put("folder", name.substring(0, Math.max(0, slash)));
    return fields;
  }

  /**
   * The job {@code plain} with what {@code values} say.
   *
   * @param where for messages, for example {@code sidecar tom.yaml}
   * @throws InvalidRequestException names the field that is wrong, and says what to write
   */
  Job read(Job plain, Map<?, ?> values, String where) {
    Map<String, Object> set = checked(values, plain.source(), where);
    if (set.containsKey(VARIANTS)) {
      throw error(
          where + ": the source " + plain.source() + " cannot honour " + VARIANTS, "leave it out");
    }
    Map<String, Object> fields = new LinkedHashMap<>(plain.fields());
    fields.putAll(map(set, "fields"));
    Map<String, Object> params = new LinkedHashMap<>(plain.params());
    params.putAll(map(set, "params"));
    String prompt = text(set, "prompt");
    return new Job(
        plain.source(),
        plain.name(),
        fields,
        prompt == null ? plain.prompt() : prompt,
        params,
        plain.inputSha256(),
        choices(set, where),
        pictures(JSON.valueToTree(set.getOrDefault(PICTURES, List.of())), where));
  }

  private Map<String, Object> checked(Map<?, ?> values, String source, String where) {
    Map<String, Object> set = set(values, where);
    for (String field : set.keySet()) {
      if (refused.contains(field)) {
        throw error(where + ": the source " + source + " cannot honour " + field, "leave it out");
      }
    }
    JobSchema.check(JSON.valueToTree(set))
        .ifPresent(
            wrong -> {
              throw error(where + ": " + wrong.what(), wrong.hint());
            });
    return set;
  }

  /** Without the fields that have no value: {@code fields:} in YAML, with nothing behind it. */
  private Map<String, Object> set(Map<?, ?> values, String where) {
    try {
      Map<String, Object> set = MapFile.textKeys(values);
      set.values().removeIf(value -> value == null);
      return set;
    } catch (IllegalArgumentException e) {
      throw error(where + " " + e.getMessage(), "put it into quotation marks", e);
    }
  }

  private Job.Choices choices(Map<String, Object> set, String where) {
    String name = text(set, "name");
    if (name != null) {
      requireBelow(name, where + ": name");
    }
    return new Job.Choices(
        name,
        text(set, "reqKey"),
        text(set, "operation"),
        text(set, "sink"),
        text(set, "jobKey"),
        set.get("priority") instanceof Number priority ? (Integer) priority.intValue() : null);
  }

  private List<JobPicture> pictures(JsonNode list, String where) {
    List<JobPicture> pictures = new ArrayList<>();
    for (JsonNode one : list) {
      if (one.has("base64")) {
        pictures.add(new JobPicture.Inline(one.get("base64").textValue()));
      } else if (one.has("url")) {
        pictures.add(new JobPicture.Remote(one.get("url").textValue()));
      } else {
        String file = one.get("file").textValue();
        requireBelow(file, where + ": pictures[" + pictures.size() + "].file");
        pictures.add(new JobPicture.Named(file));
      }
    }
    return pictures;
  }

  private void requireBelow(String name, String where) {
    String wrong = SafePath.wrong(name);
    if (wrong != null) {
      throw error(
          where + " '" + Printable.shorten(name, 120) + "' " + wrong,
          "write a path below the folder, such as cats/tom");
    }
  }

  private void put(Map<String, Object> values, String column, String text) {
    int dot = column.indexOf('.');
    String head = dot < 0 ? column : column.substring(0, dot);
    String tail = column.substring(dot + 1);
    if (dot < 0) {
      values.put(column, column.equals("priority") || column.equals(VARIANTS) ? typed(text) : text);
    } else if (MAPS.contains(head)) {
      Object value = head.equals("params") ? typed(text) : text;
      Map<String, Object> inner = MapFile.textKeys(asMap(values.get(head)));
      inner.put(tail, value);
      values.put(head, inner);
    } else if (head.equals(PICTURES)) {
      Stream<?> before = values.get(PICTURES) instanceof List<?> list ? list.stream() : Stream.of();
      values.put(PICTURES, Stream.concat(before, Stream.of(Map.of(tail, text))).toList());
    } else {
      List<String> known = List.of("fields", "params", PICTURES);
      throw error(
          "the job has the column " + Printable.shorten(column, 80),
          Nearest.to(head, known)
              .map(near -> "did you mean " + near + "." + tail + "?")
              .orElse("a dot may follow " + String.join(", ", known) + " only"));
    }
  }

  /** As JSON reads it when that is a number or a boolean, else the text. */
  private static Object typed(String text) {
    if (text.matches("true|false|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
      return MapFile.parseJson("{\"value\": " + text + "}").get("value");
    }
    return text;
  }

  private static Map<?, ?> asMap(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static Map<String, Object> map(Map<String, Object> set, String field) {
    return MapFile.textKeys(asMap(set.get(field)));
  }

  private static @Nullable String text(Map<String, Object> set, String field) {
    return set.get(field) instanceof String text ? text : null;
  }

  private InvalidRequestException error(String what, String hint) {
    return error(what, hint, null);
  }

  private InvalidRequestException error(String what, String hint, @Nullable Exception cause) {
    return new InvalidRequestException(
        Printable.shorten(what, 400) + "; " + hint, CvError.before(stage, hint), cause);
  }
}
