package io.volccv.sandbox;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that goes wrong on purpose. Of several faults that match a call, the first in the list
 * happens.
 *
 * @param n only the n-th POST since the last reset, counted from 1; 0 for any
 * @param prompt only calls whose prompt contains this text, or null. Result queries and
 *     cancellations have the prompt of their task, for faults that name their action
 * @param action only calls of this action, or null
 * @param kind what happens
 * @param value what it needs to know, as its {@link Kind} says; null for its default
 * @param retryAfter the {@code Retry-After} header of {@code code} and {@code status}, or null
 * @param times how often it happens at most; 0 for without end
 */
public record Fault(
    int n,
    @Nullable String prompt,
    @Nullable String action,
    Kind kind,
    @Nullable JsonNode value,
    @Nullable String retryAfter,
    int times) {

  /** The kinds of fault, by their names in JSON ({@code CUT_BEFORE} is {@code cut-before}). */
  public enum Kind {
    /**
     * The connection is reset before the request was read to its end; nothing is billed. With a
     * prompt to match, as soon as the prompt has arrived. A client whose whole request fits into
     * the socket's buffers can't tell it from {@link #CUT_AFTER_BILLING}.
     */
    CUT_BEFORE(false),
    /** The whole request is read and billed; the connection is closed without an answer. */
    CUT_AFTER_BILLING(true),
    /**
     * Billed; the headers and {@code value} bytes of the reply's body (half of it by default), then
     * the end.
     */
    CUT_REPLY(true),
    /**
     * Billed; the answer comes {@code value} later than usual: {@code "2s"}, or milliseconds
     * (default 5s).
     */
    SLOW(true),
    /**
     * Billed; the answer drips: {@code value} is the time it takes ({@code "10s"}, default) or
     * bytes per second.
     */
    TRICKLE(true),
    /** Billed; status 200 with bytes that are not JSON. */
    GARBAGE(true),
    /**
     * Billed; status 200 with the first {@code value} bytes of the JSON (half of it by default; 0
     * for an empty answer) and a Content-Length that says that this is all.
     */
    HALF(true),
    /** Not billed; an HTML page as proxies send it, with status {@code value} (default 502). */
    HTML(false),
    /** Not billed; status {@code value} (default 500) with a JSON that has no code. */
    STATUS(false),
    /**
     * Not billed; the error {@code value} of the error table, a number or a gateway's name; or
     * {@code {"code":50412,"http":200}} for one with another HTTP status than its usual one; or
     * {@code {"task":50511}} for a submit that is answered as usual, and whose task ends in that
     * error. Only submits are matched then.
     */
    CODE(false),
    /**
     * Not billed; status 200 with the error envelope of some other API, which has no top-level
     * code.
     */
    NO_CODE(false),
    /** Not billed; code 10000 without any picture. */
    NO_IMAGES(false);

    private final boolean afterWork;

    Kind(boolean afterWork) {
      this.afterWork = afterWork;
    }

    /** Whether the work is done, and billed, in spite of the fault. */
    public boolean afterWork() {
      return afterWork;
    }

    /** The name in JSON. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private @Nullable String withoutValue() {
      return this == CODE ? "write a code of the error table" : null;
    }

    /** What is wrong with the value, or null. */
    private @Nullable String check(JsonNode value) {
      boolean fine =
          switch (this) {
            case CODE ->
                value.isObject()
                    ? isTask(value) || (isCode(value.path("code")) && isStatus(value.path("http")))
                    : isCode(value);
            case HTML, STATUS -> isStatus(value);
            case CUT_REPLY, HALF -> value.isIntegralNumber() && value.longValue() >= 0;
            case SLOW, TRICKLE ->
                isDuration(value) || (value.isIntegralNumber() && value.longValue() > 0);
            default -> true;
          };
      String expected =
          switch (this) {
            case CODE ->
                "write a code of the error table, {\"code\":...,\"http\":status}, or"
                    + " {\"task\":...} with a business code";
            case HTML, STATUS -> "write an HTTP status from 200 to 599";
            case CUT_REPLY, HALF -> "write a number of bytes";
            case SLOW -> "write a duration such as \"2s\", or milliseconds";
            default -> "write a duration such as \"10s\", or bytes per second";
          };
      return fine ? null : expected;
    }

    private static boolean isCode(JsonNode value) {
      return ErrorTable.find(value.asText()).isPresent();
    }

    private static boolean isTask(JsonNode value) {
      return value.size() == 1
          && ErrorTable.find(value.path("task").asText())
              .filter(error -> error.layer() == ApiError.Layer.BUSINESS)
              .isPresent();
    }

    private static boolean isStatus(JsonNode value) {
      return value.isIntegralNumber() && value.longValue() >= 200 && value.longValue() <= 599;
    }

    private static boolean isDuration(JsonNode value) {
      return value.isTextual() && !Durations.parse(value.asText()).isNegative();
    }

    static Kind parse(String text) {
      return Arrays.stream(values())
          .filter(kind -> kind.text().equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "'"
                          + text
                          + "' is no fault; write one of "
                          + Arrays.stream(values())
                              .map(Kind::text)
                              .collect(Collectors.joining(", "))));
    }
  }

  public Fault {
    if (n < 0 || times < 0) {
      throw new IllegalArgumentException("n and times of a fault are not negative");
    }
    requireNonNull(kind, "kind is null");
    String wrong = value == null ? kind.withoutValue() : kind.check(value);
    if (wrong != null) {
      throw new IllegalArgumentException(
          "the fault '" + kind.text() + "' has value " + value + "; " + wrong);
    }
  }

  /** The fault on every call. */
  public static Fault always(Kind kind) {
    return new Fault(0, null, null, kind, kind == Kind.CODE ? text("50500") : null, null, 0);
  }

  /** The error of the table, such as {@code 50411} or {@code MissingSignature}, on every call. */
  public static Fault code(String code) {
    return new Fault(0, null, null, Kind.CODE, text(code), null, 0);
  }

  /** The error of the table with an HTTP status of its own, as relays and some answers have it. */
  public static Fault code(String code, int http) {
    JsonNode value = JsonNodeFactory.instance.objectNode().put("code", code).put("http", http);
    return new Fault(0, null, null, Kind.CODE, value, null, 0);
  }

  /** A task that ends in the error of the table, such as 50511; its submit is answered as usual. */
  public static Fault task(int code) {
    JsonNode value = JsonNodeFactory.instance.objectNode().put("task", code);
    return new Fault(0, null, null, Kind.CODE, value, null, 0);
  }

  public Fault onCall(int n) {
    return new Fault(n, prompt, action, kind, value, retryAfter, times);
  }

  public Fault onPrompt(String part) {
    return new Fault(n, part, action, kind, value, retryAfter, times);
  }

  public Fault onAction(String action) {
    return new Fault(n, prompt, action, kind, value, retryAfter, times);
  }

  public Fault withValue(String value) {
    return new Fault(n, prompt, action, kind, text(value), retryAfter, times);
  }

  public Fault withValue(long value) {
    return new Fault(
        n, prompt, action, kind, JsonNodeFactory.instance.numberNode(value), retryAfter, times);
  }

  public Fault withRetryAfter(String retryAfter) {
    return new Fault(n, prompt, action, kind, value, retryAfter, times);
  }

  public Fault times(int times) {
    return new Fault(n, prompt, action, kind, value, retryAfter, times);
  }

  /**
   * The faults of a JSON array {@code
   * [{"match":{"n","prompt","action"},"do","value","retryAfter","times"}]}.
   *
   * @throws IllegalArgumentException naming what is not understood
   */
  public static List<Fault> parse(JsonNode array) {
    return FaultJson.parse(array);
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }

  boolean matchesArrival(int call, @Nullable String calledAction) {
    return (n == 0 || n == call)
        && (action == null || action.equals(calledAction))
        && (!ofTask() || TaskPair.submits(calledAction));
  }

  /** Whether it is the task that goes wrong, and not its submit. */
  boolean ofTask() {
    return value != null && value.has("task");
  }

  boolean matchesPrompt(@Nullable String calledPrompt) {
    return prompt == null || (calledPrompt != null && calledPrompt.contains(prompt));
  }

  Duration delay() {
    Duration otherwise = kind == Kind.SLOW ? Duration.ofSeconds(5) : Duration.ofSeconds(10);
    if (value == null) {
      return otherwise;
    }
    return value.isTextual() ? Durations.parse(value.asText()) : Duration.ofMillis(value.asLong());
  }
}
