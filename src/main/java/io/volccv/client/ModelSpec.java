package io.volccv.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.volccv.model.CvRequest;
import io.volccv.model.CvTask;
import io.volccv.model.Money;
import io.volccv.model.PictureLimits;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one {@code req_key}: data, read from {@code models.json}. What is not known is
 * not checked, so that a new parameter works before this data knows it.
 *
 * @param modes how it can be called, the usual way first; empty when not known
 * @param pictures what it takes as input pictures, null when not known
 * @param prompt where its prompt goes and how long it may be, null when not known
 * @param params its other parameters by name
 * @param size how its width and height depend on each other, null when they do not
 * @param results what it gives, null when not known
 * @param price what it costs, null when not known
 * @param latencyMs how long a call usually takes, in milliseconds; 0 when not known
 * @param source where this comes from: the vendor's page, else the file
 */
public record ModelSpec(
    List<Mode> modes,
    @Nullable Pictures pictures,
    @Nullable Prompt prompt,
    Map<String, Param> params,
    @Nullable Size size,
    @Nullable Results results,
    @Nullable Price price,
    long latencyMs,
    String source) {

  public ModelSpec {
    modes = modes == null ? List.of() : List.copyOf(modes);
    params = ordered(params);
    source = source == null ? "" : source;
    require(latencyMs >= 0, "latencyMs is negative; leave it out when it is not known");
    if (size != null) {
      size.requireParamsOf(params);
    }
    if (results != null && results.singleParam() != null) {
      requireParam(params, "results.singleParam", results.singleParam(), Type.BOOLEAN);
    }
  }

  /** What stands for a {@code req_key} that is not in the data. */
  static final ModelSpec UNKNOWN =
      new ModelSpec(List.of(), null, null, Map.of(), null, null, null, 0, "");

  /** How a model can be called. */
  public enum Mode {
    /** {@code CVProcess}. */
    @JsonProperty("sync")
    SYNC,
    /** {@code CVSync2AsyncSubmitTask} and {@code CVSync2AsyncGetResult}. */
    @JsonProperty("async")
    ASYNC,
    /** {@code CVSubmitTask} and {@code CVGetResult}. */
    @JsonProperty("native")
    NATIVE;

    /** As in the data. */
    @Override
    public String toString() {
      return lower(this);
    }
  }

  /**
   * Input pictures. Pictures of the request itself always go into {@code binary_data_base64}.
   *
   * @param min how many it needs
   * @param max how many it takes, null when not known
   * @param urlsOnly whether it takes URLs only, as far as is known, and no pictures in the request
   * @param fields the parameters that take URLs, with dots into objects and lists of objects:
   *     {@code garment.data.url}; {@code image_urls} unless said otherwise
   * @param maxBytes of one picture, 0 when not known
   * @param maxPixels of one picture, 0 when not known
   * @param maxSide of one picture in pixels, 0 when not known
   * @param minSide of one picture in pixels, 0 when not known
   * @param maxRatio long side to short side, 0 when not known
   */
  public record Pictures(
      int min,
      @Nullable Integer max,
      boolean urlsOnly,
      List<String> fields,
      long maxBytes,
      long maxPixels,
      int maxSide,
      int minSide,
      double maxRatio) {
    public Pictures {
      fields = fields == null ? List.of("image_urls") : List.copyOf(fields);
      require(min >= 0, "min is negative; write 0 or more");
      require(max == null || max >= min, "max is below min; swap them");
      require(!urlsOnly || !fields.isEmpty(), "fields is empty; name what takes the URLs");
      require(
          maxBytes >= 0 && maxPixels >= 0 && maxSide >= 0 && minSide >= 0,
          "a limit is negative; leave it out when it is not known");
      require(maxRatio == 0 || maxRatio >= 1, "maxRatio is below 1; write long to short side");
    }
  }

  /**
   * The prompt.
   *
   * @param field the parameter that takes it
   * @param maxChars how long it may be, 0 when not known
   */
  public record Prompt(String field, boolean required, int maxChars) {
    public Prompt {
      field = field == null ? "prompt" : field;
      require(maxChars >= 0, "maxChars is negative; leave it out when it is not known");
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
    ARRAY;

    /** As in the data. */
    @Override
    public String toString() {
      return lower(this);
    }

    /**
     * Whether {@code value} is written to JSON as this type. 3.0 is no integer: the service reads
     * JSON strictly.
     */
    boolean fits(@Nullable Object value) {
      return switch (this) {
        case INTEGER -> value instanceof Number && value.toString().matches("-?\\d+");
        case NUMBER -> value instanceof Number number && isFinite(number);
        case BOOLEAN -> value instanceof Boolean;
        case STRING -> value instanceof String;
        case OBJECT -> value instanceof Map;
        case ARRAY -> value instanceof List;
      };
    }

    /** JSON has no NaN and no infinity. */
    private static boolean isFinite(Number number) {
      return !(number instanceof Double || number instanceof Float)
          || Double.isFinite(number.doubleValue());
    }

    private boolean isNumeric() {
      return this == INTEGER || this == NUMBER;
    }
  }

  /**
   * One parameter, or a field of one that is an object or a list of objects.
   *
   * @param required whether the service refuses a call without it
   * @param min the least value, null when there is none
   * @param max the greatest value, null when there is none
   * @param above what the value must be greater than, null when there is nothing
   * @param below what the value must be less than, null when there is nothing
   * @param values the only values, empty when any will do
   * @param maxChars how long a text may be, 0 when not known
   * @param pictureIndex whether it counts the input pictures, the first one 0
   * @param fields what is known inside an object, or inside each object of a list
   * @param defaultValue what the service takes without it, for the documentation
   */
  public record Param(
      Type type,
      boolean required,
      @Nullable BigDecimal min,
      @Nullable BigDecimal max,
      @Nullable BigDecimal above,
      @Nullable BigDecimal below,
      List<Object> values,
      int maxChars,
      boolean pictureIndex,
      Map<String, Param> fields,
      @JsonProperty("default") @Nullable Object defaultValue) {
    public Param {
      require(
          type != null, "type is missing; write integer, number, boolean, string, object or array");
      values = values == null ? List.of() : List.copyOf(values);
      fields = ordered(fields);
      boolean limited = min != null || max != null || above != null || below != null;
      require(!limited || type.isNumeric(), "a limit holds for numbers only, this is " + type);
      BigDecimal least = min == null ? above : min;
      BigDecimal most = max == null ? below : max;
      require(
          least == null || most == null || least.compareTo(most) <= 0,
          "the least value is above the greatest; swap them");
      require(maxChars >= 0, "maxChars is negative; leave it out when it is not known");
      require(maxChars == 0 || type == Type.STRING, "maxChars holds for a string only");
      require(!pictureIndex || type == Type.INTEGER, "pictureIndex holds for an integer only");
      require(
          fields.isEmpty() || type == Type.OBJECT || type == Type.ARRAY,
          "fields holds for an object or an array only");
      for (Object value : values) {
        require(type.fits(value), "the value " + value + " is not of type " + type);
      }
      require(
          defaultValue == null || type.fits(defaultValue),
          "the default " + defaultValue + " is not of type " + type);
    }
  }

  /**
   * How width and height of the result depend on each other: both are given, or neither.
   *
   * @param width the parameter, {@code width} unless said otherwise
   * @param height the parameter, {@code height} unless said otherwise
   * @param areaParam a parameter that gives the area instead of them, null without one
   * @param minArea the least width times height, 0 when not known
   * @param maxArea the greatest width times height, 0 when not known
   * @param maxRatio the greatest long side to short side, 0 when not known
   * @param minRatioParam a parameter that gives the least width to height instead, null without
   * @param maxRatioParam a parameter that gives the greatest width to height instead, null without
   */
  public record Size(
      String width,
      String height,
      @Nullable String areaParam,
      long minArea,
      long maxArea,
      double maxRatio,
      @Nullable String minRatioParam,
      @Nullable String maxRatioParam) {
    public Size {
      width = width == null ? "width" : width;
      height = height == null ? "height" : height;
      require(minArea >= 0 && maxArea >= 0, "an area is negative; leave it out");
      require(maxArea == 0 || minArea <= maxArea, "minArea is above maxArea; swap them");
      require(maxRatio == 0 || maxRatio >= 1, "maxRatio is below 1; write long to short side");
    }

    private void requireParamsOf(Map<String, Param> params) {
      requireParam(params, "size.width", width, Type.INTEGER);
      requireParam(params, "size.height", height, Type.INTEGER);
    }
  }

  /**
   * What it gives.
   *
   * @param kind {@code image}, {@code video} or {@code none} (an answer without a picture)
   * @param max how many at most, auxiliary pictures included; 1 unless said otherwise
   * @param minusPictures whether each input picture makes it one less
   * @param singleParam a parameter that makes it one when it is true, null without one
   */
  public record Results(
      Kind kind, @Nullable Integer max, boolean minusPictures, @Nullable String singleParam) {
    public Results {
      require(kind != null, "kind is missing; write image, video or none");
      max = max == null ? Integer.valueOf(kind == Kind.NONE ? 0 : 1) : max;
      require(max >= (kind == Kind.NONE ? 0 : 1), "max is below 1; write how many at most");
    }

    /** What a result is. */
    public enum Kind {
      @JsonProperty("image")
      IMAGE,
      @JsonProperty("video")
      VIDEO,
      @JsonProperty("none")
      NONE;

      /** As in the data. */
      @Override
      public String toString() {
        return lower(this);
      }
    }
  }

  /**
   * What it costs.
   *
   * @param cny for one
   * @param per one {@code image}, or one {@code call}
   */
  public record Price(BigDecimal cny, Per per) {
    public Price {
      require(cny != null, "cny is missing; write the price in yuan, such as 0.22");
      require(cny.signum() >= 0, "cny is negative; write the price in yuan");
      require(cny.stripTrailingZeros().scale() <= 3, "cny is finer than a thousandth of a yuan");
      require(per != null, "per is missing; write image or call");
    }

    /** What is counted. */
    public enum Per {
      @JsonProperty("image")
      IMAGE,
      @JsonProperty("call")
      CALL;

      /** As in the data. */
      @Override
      public String toString() {
        return lower(this);
      }
    }
  }

  /** The parameter that takes the prompt. */
  public String promptField() {
    return prompt == null ? "prompt" : prompt.field();
  }

  /** How large an input picture may be. */
  public PictureLimits pictureLimits() {
    return pictures == null
        ? PictureLimits.NONE
        : new PictureLimits(pictures.maxBytes(), pictures.maxPixels(), pictures.maxSide());
  }

  /** Whether {@code CVProcess} takes it, as far as is known. */
  public boolean isSync() {
    return modes.isEmpty() || modes.contains(Mode.SYNC);
  }

  /** How its tasks are submitted; empty when none are known. */
  public Optional<CvTask.Pair> pair() {
    return modes.contains(Mode.ASYNC)
        ? Optional.of(CvTask.Pair.SYNC2ASYNC)
        : modes.contains(Mode.NATIVE) ? Optional.of(CvTask.Pair.NATIVE) : Optional.empty();
  }

  /** What a call that brought {@code images} pictures costs; empty when the price is not known. */
  public Optional<Money> cost(int images) {
    return Optional.ofNullable(price)
        .map(known -> Money.ofCny(known.cny()).times(known.per() == Price.Per.CALL ? 1 : images));
  }

  /** How many pictures the call of {@code request} may bring at most. */
  public int maxImages(CvRequest request) {
    if (results == null) {
      return 1;
    }
    if (results.singleParam() != null
        && Boolean.TRUE.equals(request.params().get(results.singleParam()))) {
      return 1;
    }
    if (!results.minusPictures() || pictures == null) {
      return results.max();
    }
    return Math.max(1, results.max() - InputPictures.of(request, pictures).count());
  }

  /** Whether an answer without a picture is a fault. */
  boolean givesPictures() {
    return results == null || results.kind() != Results.Kind.NONE;
  }

  private static Map<String, Param> ordered(@Nullable Map<String, Param> params) {
    if (params == null || params.isEmpty()) {
      return Map.of();
    }
    params.forEach((name, param) -> require(param != null, name + " is null; leave it out"));
    return Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }

  private static void requireParam(
      Map<String, Param> params, String field, String name, Type type) {
    Param param = params.get(name);
    require(
        param != null && param.type() == type,
        field + " is " + name + ", which params does not have as " + type);
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
