package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
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
 */
public record Job(
    String source,
    String name,
    Map<String, Object> fields,
    @Nullable String prompt,
    Map<String, Object> params,
    @Nullable String inputSha256) {

  /** The exchange property that holds it. A property, since no sender can set one. */
  public static final String PROPERTY = "CamelVolcCvJob";

  public Job {
    requireNonNull(source, "source is null");
    requireNonNull(name, "name is null");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
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
