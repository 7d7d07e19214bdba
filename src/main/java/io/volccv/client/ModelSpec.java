package io.volccv.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.volccv.model.Money;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one {@code req_key}: data, read from {@code models.json}. What is not known is
 * not checked, so that a new parameter works before this data knows it.
 *
 * @param modes how it can be called: {@code sync} is CVProcess, {@code async} the CVSync2Async
 *     pair, {@code native} the CVSubmitTask pair
 * @param pictures what it takes as input pictures, null when not known
 * @param prompt where its prompt goes and how long it may be, null when not known
 * @param params its other parameters by name
 * @param results what it gives, null when not known
 * @param price what it costs, null when not known
 * @param latencyMs how long a call usually takes, in milliseconds; 0 when not known
 * @param source the vendor's page that this comes from
 */
public record ModelSpec(
    List<Mode> modes,
    @Nullable Pictures pictures,
    @Nullable Prompt prompt,
    Map<String, Param> params,
    @Nullable Results results,
    @Nullable Price price,
    long latencyMs,
    String source) {

  public ModelSpec {
    modes = modes == null ? List.of() : List.copyOf(modes);
    params = params == null ? Map.of() : Map.copyOf(params);
    source = source == null ? "" : source;
  }

  /** What stands for a {@code req_key} that is not in the data. */
  static final ModelSpec UNKNOWN =
      new ModelSpec(List.of(), null, null, Map.of(), null, null, 0, "");

  /** How a model can be called. */
  public enum Mode {
    @JsonProperty("sync")
    SYNC,
    @JsonProperty("async")
    ASYNC,
    @JsonProperty("native")
    NATIVE
  }

  /**
   * Input pictures.
   *
   * @param min how many it needs
   * @param max how many it takes
   * @param urlsOnly whether it takes URLs only, and no pictures in the request
   * @param maxBytes of one picture, 0 when not known
   * @param maxSide of one picture in pixels, 0 when not known
   * @param minSide of one picture in pixels, 0 when not known
   * @param maxRatio long side to short side, 0 when not known
   */
  public record Pictures(
      int min,
      int max,
      boolean urlsOnly,
      long maxBytes,
      int maxSide,
      int minSide,
      double maxRatio) {}

  /**
   * The prompt.
   *
   * @param field the parameter that takes it
   * @param maxChars how long it may be, 0 when not known
   */
  public record Prompt(String field, boolean required, int maxChars) {
    public Prompt {
      field = field == null ? "prompt" : field;
    }
  }

  /** A parameter's JSON type. */
  public enum Type {
    @JsonProperty("integer")
    INTEGER,
    @JsonProperty("number")
    NUMBER,
    @JsonProperty("boolean")
    BOOLEAN,
    @JsonProperty("string")
    STRING,
    @JsonProperty("object")
    OBJECT,
    @JsonProperty("array")
    ARRAY
  }

  /**
   * One parameter.
   *
   * @param min the least value, null when there is none
   * @param max the greatest value, null when there is none
   * @param values the only values, empty when any will do
   * @param defaultValue what the service takes without it, for the documentation
   */
  public record Param(
      Type type,
      @Nullable BigDecimal min,
      @Nullable BigDecimal max,
      List<String> values,
      @JsonProperty("default") @Nullable Object defaultValue) {
    public Param {
      values = values == null ? List.of() : List.copyOf(values);
    }
  }

  /**
   * What it gives.
   *
   * @param kind {@code image}, {@code video} or {@code none} (an answer without a picture)
   * @param max how many at most
   */
  public record Results(Kind kind, int max) {

    /** What a result is. */
    public enum Kind {
      @JsonProperty("image")
      IMAGE,
      @JsonProperty("video")
      VIDEO,
      @JsonProperty("none")
      NONE
    }
  }

  /**
   * What it costs.
   *
   * @param cny for one
   * @param per one {@code image}, or one {@code call}
   */
  public record Price(BigDecimal cny, Per per) {

    /** What is counted. */
    public enum Per {
      @JsonProperty("image")
      IMAGE,
      @JsonProperty("call")
      CALL
    }
  }

  /** What a call that brought {@code images} pictures costs; empty when the price is not known. */
  public Optional<Money> cost(int images) {
    return Optional.ofNullable(price)
        .map(known -> Money.ofCny(known.cny()).times(known.per() == Price.Per.CALL ? 1 : images));
  }

  /** How many pictures one call may bring at most. */
  public int maxImages() {
    return results == null ? 1 : results.max();
  }

  /** Whether an answer without a picture is a fault. */
  boolean givesPictures() {
    return results == null || results.kind() != Results.Kind.NONE;
  }
}
