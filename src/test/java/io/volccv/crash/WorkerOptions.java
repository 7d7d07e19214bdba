package io.volccv.crash;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a worker is told on its command line, as {@code name=value}.
 *
 * @param home the folder of inbox, outbox and all that is parked
 * @param url the ledger
 * @param name of the worker, and of the folder where it keeps results
 * @param sandbox where the service is
 * @param crash where it dies; with {@code job}, {@code attempt} and {@code stops}
 * @param width how many jobs it works on at a time
 * @param permits how many calls it may make at a time
 * @param rate calls per second, 0 for no limit
 * @param beat how often it says that it lives
 * @param waits until there is a file {@code go} in its home
 */
record WorkerOptions(
    Path home,
    String url,
    String name,
    URI sandbox,
    Point crash,
    String job,
    int attempt,
    boolean stops,
    Control control,
    int width,
    int permits,
    double rate,
    Duration beat,
    Duration lease,
    boolean waits) {

  static WorkerOptions of(Path home, String url, String name, URI sandbox) {
    return new WorkerOptions(
        home,
        url,
        name,
        sandbox,
        Point.NONE,
        "",
        1,
        false,
        Control.NONE,
        8,
        8,
        0,
        Duration.ofMillis(200),
        Duration.ofSeconds(30),
        false);
  }

  static WorkerOptions parse(String[] args) {
    Map<String, String> map = new HashMap<>();
    for (String arg : args) {
      int equals = arg.indexOf('=');
      map.put(arg.substring(0, equals), arg.substring(equals + 1));
    }
    return new WorkerOptions(
        Path.of(map.get("home")),
        map.get("url"),
        map.get("name"),
        URI.create(map.get("sandbox")),
        Point.valueOf(map.get("crash")),
        map.get("job"),
        Integer.parseInt(map.get("attempt")),
        Boolean.parseBoolean(map.get("stops")),
        Control.valueOf(map.get("control")),
        Integer.parseInt(map.get("width")),
        Integer.parseInt(map.get("permits")),
        Double.parseDouble(map.get("rate")),
        Duration.parse(map.get("beat")),
        Duration.parse(map.get("lease")),
        Boolean.parseBoolean(map.get("waits")));
  }

  List<String> args() {
    List<String> args = new ArrayList<>();
    args.add("home=" + home);
    args.add("url=" + url);
    args.add("name=" + name);
    args.add("sandbox=" + sandbox);
    args.add("crash=" + crash);
    args.add("job=" + job);
    args.add("attempt=" + attempt);
    args.add("stops=" + stops);
    args.add("control=" + control);
    args.add("width=" + width);
    args.add("permits=" + permits);
    args.add("rate=" + rate);
    args.add("beat=" + beat);
    args.add("lease=" + lease);
    args.add("waits=" + waits);
    return args;
  }

  WorkerOptions dyingAt(Point point, String ofJob, int ofAttempt) {
    return new WorkerOptions(
        home, url, name, sandbox, point, ofJob, ofAttempt, false, control, width, permits, rate,
        beat, lease, waits);
  }

  WorkerOptions stoppingAt(Point point, String ofJob) {
    return new WorkerOptions(
        home, url, name, sandbox, point, ofJob, 1, true, control, width, permits, rate, beat, lease,
        waits);
  }

  WorkerOptions with(Control mistake) {
    return new WorkerOptions(
        home, url, name, sandbox, crash, job, attempt, stops, mistake, width, permits, rate, beat,
        lease, waits);
  }

  WorkerOptions oneAtATime(double callsPerSecond) {
    return new WorkerOptions(
        home,
        url,
        name,
        sandbox,
        crash,
        job,
        attempt,
        stops,
        control,
        1,
        1,
        callsPerSecond,
        beat,
        lease,
        waits);
  }

  /** With permits to spare: an unknown call keeps its own for so long that all would wait. */
  WorkerOptions atMost(double callsPerSecond) {
    return new WorkerOptions(
        home,
        url,
        name,
        sandbox,
        crash,
        job,
        attempt,
        stops,
        control,
        width,
        100 * width,
        callsPerSecond,
        beat,
        lease,
        waits);
  }

  WorkerOptions withLease(Duration time) {
    return new WorkerOptions(
        home, url, name, sandbox, crash, job, attempt, stops, control, width, permits, rate, beat,
        time, waits);
  }

  WorkerOptions waiting() {
    return new WorkerOptions(
        home, url, name, sandbox, crash, job, attempt, stops, control, width, permits, rate, beat,
        lease, true);
  }

  Path inbox() {
    return home.resolve("inbox");
  }

  Path kept() {
    return home.resolve(name);
  }
}
