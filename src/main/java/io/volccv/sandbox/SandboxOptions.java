package io.volccv.sandbox;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Sandbox} behaves; start from {@link #defaults()} and change with the {@code with}
 * methods.
 *
 * @param port where to listen, 0 for any free port
 * @param host a loopback name or address; anything else is refused, since the keys are public
 * @param apiKey the Bearer key of the gateway door
 * @param accessKeyId the access key of the signed door
 * @param secretAccessKey the secret of the signed door, used as written (it looks like base64 and
 *     is not decoded)
 * @param rate accepted paid calls per second, or null for no limit
 * @param concurrency calls and unfinished tasks at the same time, or null for no limit
 * @param latency how long a successful call, or a task, takes
 * @param urlTtl how long a result URL lives
 * @param taskTtl how long a task can be asked for, from its submit
 * @param faults a JSON file of {@link Fault}s to begin with, or null
 * @param state the file in which bill and tasks survive a kill of the sandbox, or null to keep it
 *     in memory
 * @param reqKeys the {@code req_key}s that this account may use; empty for all
 * @param pictures what a call answers instead of drawn pictures, from the request's JSON (without
 *     pictures, with the seed that was used); its inputs are then not decoded. Null to draw
 * @param clock the time of signatures, result URLs and tasks
 */
public record SandboxOptions(
    int port,
    String host,
    String apiKey,
    String accessKeyId,
    String secretAccessKey,
    @Nullable Double rate,
    @Nullable Integer concurrency,
    Latency latency,
    Duration urlTtl,
    Duration taskTtl,
    @Nullable Path faults,
    @Nullable Path state,
    Set<String> reqKeys,
    @Nullable Function<JsonNode, List<byte[]>> pictures,
    Clock clock) {

  public SandboxOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port is " + port + "; write 0 (any) to 65535");
    }
    requireText(host, "host");
    requireText(apiKey, "apiKey");
    requireText(accessKeyId, "accessKeyId");
    requireText(secretAccessKey, "secretAccessKey");
    if (rate != null && !(rate > 0 && rate < 1e6)) {
      throw new IllegalArgumentException("rate is " + rate + "; write calls per second above 0");
    }
    if (concurrency != null && concurrency < 1) {
      throw new IllegalArgumentException("concurrency is " + concurrency + "; write 1 or more");
    }
    requireNonNull(latency, "latency is null");
    if (urlTtl.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("urlTtl is " + urlTtl + "; write 1s or more");
    }
    if (taskTtl.isZero() || taskTtl.isNegative()) {
      throw new IllegalArgumentException("taskTtl is " + taskTtl + "; write more than 0");
    }
    reqKeys = Set.copyOf(reqKeys);
    requireNonNull(clock, "clock is null");
  }

  /** Port 9180 of 127.0.0.1, the public sandbox keys, no limits, no latency, URLs for 24 hours. */
  public static SandboxOptions defaults() {
    return new SandboxOptions(
        9180,
        "127.0.0.1",
        "sandbox-key",
        "AKLTSANDBOX",
        "c2FuZGJveC1zZWNyZXQ=",
        null,
        null,
        Latency.NONE,
        Duration.ofHours(24),
        Duration.ofHours(12),
        null,
        null,
        Set.of(),
        null,
        Clock.systemUTC());
  }

  /**
   * A duration as options write it: a number and {@code ms}, {@code s}, {@code m}, {@code h} or
   * {@code d}.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  public static Duration duration(String text) {
    return Durations.parse(text);
  }

  public SandboxOptions withPort(int port) {
    return change(draft -> draft.port = port);
  }

  public SandboxOptions withHost(String host) {
    return change(draft -> draft.host = host);
  }

  public SandboxOptions withApiKey(String apiKey) {
    return change(draft -> draft.apiKey = apiKey);
  }

  public SandboxOptions withAccessKeys(String accessKeyId, String secretAccessKey) {
    return change(
        draft -> {
          draft.accessKeyId = accessKeyId;
          draft.secretAccessKey = secretAccessKey;
        });
  }

  public SandboxOptions withRate(@Nullable Double rate) {
    return change(draft -> draft.rate = rate);
  }

  public SandboxOptions withConcurrency(@Nullable Integer concurrency) {
    return change(draft -> draft.concurrency = concurrency);
  }

  public SandboxOptions withLatency(Latency latency) {
    return change(draft -> draft.latency = latency);
  }

  public SandboxOptions withUrlTtl(Duration urlTtl) {
    return change(draft -> draft.urlTtl = urlTtl);
  }

  public SandboxOptions withTaskTtl(Duration taskTtl) {
    return change(draft -> draft.taskTtl = taskTtl);
  }

  public SandboxOptions withFaults(@Nullable Path faults) {
    return change(draft -> draft.faults = faults);
  }

  public SandboxOptions withState(@Nullable Path state) {
    return change(draft -> draft.state = state);
  }

  public SandboxOptions withReqKeys(Set<String> reqKeys) {
    return change(draft -> draft.reqKeys = reqKeys);
  }

  public SandboxOptions withPictures(@Nullable Function<JsonNode, List<byte[]>> pictures) {
    return change(draft -> draft.pictures = pictures);
  }

  public SandboxOptions withClock(Clock clock) {
    return change(draft -> draft.clock = clock);
  }

  private SandboxOptions change(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "SandboxOptions[http://%s:%d, accessKeyId=%s, rate=%s, concurrency=%s, latency=%s, urlTtl=%s]"
        .formatted(host, port, accessKeyId, rate, concurrency, latency, urlTtl);
  }

  private static void requireText(String value, String name) {
    if (value.isBlank()) {
      throw new IllegalArgumentException(name + " is blank");
    }
  }

  /**
   * How long a successful call takes, from its arrival to its answer.
   *
   * @param min the shortest
   * @param max the longest; between the two most calls are short and few are long, as with the
   *     service
   */
  public record Latency(Duration min, Duration max) {
    /** As fast as the picture is drawn. */
    public static final Latency NONE = new Latency(Duration.ZERO, Duration.ZERO);

    public Latency {
      if (min.isNegative() || max.compareTo(min) < 0) {
        throw new IllegalArgumentException(
            "latency goes from " + min + " to " + max + "; write the shorter one first");
      }
    }

    /**
     * From {@code 200ms} (always the same) or {@code 0.2s..8s} (a range).
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static Latency parse(String text) {
      int dots = text.indexOf("..");
      if (dots < 0) {
        Duration same = Durations.parse(text);
        return new Latency(same, same);
      }
      return new Latency(
          Durations.parse(text.substring(0, dots)), Durations.parse(text.substring(dots + 2)));
    }

    /**
     * The latency at a place from 0 (shortest) to 1 (longest), evenly spread by ratio and not by
     * difference.
     */
    Duration at(double place) {
      double from = Math.max(min.toNanos(), 1_000_000);
      double to = Math.max((double) max.toNanos(), from);
      return max.equals(min) ? min : Duration.ofNanos((long) (from * Math.pow(to / from, place)));
    }
  }

  /** The options while one of them changes, so that the list of all is copied in one place only. */
  private static final class Draft {
    private int port;
    private String host;
    private String apiKey;
    private String accessKeyId;
    private String secretAccessKey;
    private @Nullable Double rate;
    private @Nullable Integer concurrency;
    private Latency latency;
    private Duration urlTtl;
    private Duration taskTtl;
    private @Nullable Path faults;
    private @Nullable Path state;
    private Set<String> reqKeys;
    private @Nullable Function<JsonNode, List<byte[]>> pictures;
    private Clock clock;

    Draft(SandboxOptions from) {
      port = from.port;
      host = from.host;
      apiKey = from.apiKey;
      accessKeyId = from.accessKeyId;
      secretAccessKey = from.secretAccessKey;
      rate = from.rate;
      concurrency = from.concurrency;
      latency = from.latency;
      urlTtl = from.urlTtl;
      taskTtl = from.taskTtl;
      faults = from.faults;
      state = from.state;
      reqKeys = from.reqKeys;
      pictures = from.pictures;
      clock = from.clock;
    }

    SandboxOptions options() {
      return new SandboxOptions(
          port,
          host,
          apiKey,
          accessKeyId,
          secretAccessKey,
          rate,
          concurrency,
          latency,
          urlTtl,
          taskTtl,
          faults,
          state,
          reqKeys,
          pictures,
          clock);
    }
  }
}
