package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One picture to be made, as its source described it: what travels with an exchange from the source
 * to the sinks, in the exchange property {@value #PROPERTY}.
 *
 * @param source which source it came from, for example {@code folder}
 * @param name the input's path below its source, with {@code /}, for example {@code cats/tom.png}
 * @param fields what the prompt template may use
 * @param prompt the whole prompt, when the source brought one instead of fields; else null
 * @param params parameters for this job only, with their JSON types
 * @param inputSha256 the input's hash in lower-case hex, null when there is no input picture
 * @param choices what it wants otherwise than it is configured
 * @param pictures input pictures that its source has yet to get; empty when the body has them
 */
public record Job(
    String source,
    String name,
    Map<String, Object> fields,
    @Nullable String prompt,
    Map<String, Object> params,
    @Nullable String inputSha256,
    Choices choices,
    List<JobPicture> pictures) {

  /** The exchange property that holds it. A property, since no sender can set one. */
  public static final String PROPERTY = "CamelVolcCvJob";

  public Job {
    requireNonNull(source, "source is null");
    requireNonNull(name, "name is null");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    requireNonNull(choices, "choices is null");
    pictures = List.copyOf(pictures);
  }

  /** A job that chooses nothing, with its picture in the body. */
  public Job(
      String source,
      String name,
      Map<String, Object> fields,
      @Nullable String prompt,
      Map<String, Object> params,
      @Nullable String inputSha256) {
    this(source, name, fields, prompt, params, inputSha256, Choices.NONE, List.of());
  }

  /** The same job with the hash of its input. */
  public Job withInputSha256(String sha256) {
    return new Job(source, name, fields, prompt, params, sha256, choices, pictures);
  }

  /** What its pictures are called: a path below the sink; an extension is replaced. */
  public String outputName() {
    return choices.name() == null ? name : choices.name();
  }

  /**
   * What a job wants otherwise than it is configured; null means as configured. Its source may be a
   * stranger, so what is chosen is checked against what the configuration allows.
   *
   * @param name what its pictures are called, a path below the sink
   * @param reqKey the model
   * @param operation {@code generate} or {@code process}
   * @param sink the name of one sink, for example {@code folder}
   * @param jobKey the name under which it is paid at most once
   * @param priority 0 to 9, the larger the sooner
   */
  public record Choices(
      @Nullable String name,
      @Nullable String reqKey,
      @Nullable String operation,
      @Nullable String sink,
      @Nullable String jobKey,
      @Nullable Integer priority) {

    /** Everything as configured. */
    public static final Choices NONE = new Choices(null, null, null, null, null, null);
  }

  /** How a job ended; the lower-cased name is the folder that its input goes to. */
  public enum Outcome {
    DONE,
    FAILED,
    REJECTED,
    INVALID,
    UNKNOWN
  }
}
