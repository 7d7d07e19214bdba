package io.volccv.crash;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Jobs, faults and deaths by chance. */
final class RandomRun {

  /**
   * How much of it.
   *
   * @param jobs at least; they come little by little, and more of them while there are deaths to
   *     come
   * @param faults about so many of that number meet one
   * @param kills deaths of workers
   * @param jobsOfALife so many at most a worker ends before it dies
   */
  record Size(int jobs, int faults, int kills, int jobsOfALife) {
    private int few() {
      return Math.min(MOST_WAITING, jobs) / 8;
    }
  }

  private static final Duration LEASE = Duration.ofSeconds(4);
  private static final int MOST_WAITING = 800;
  private static final long LONGEST_LIFE_MILLIS = 6_000;
  private static final double CALLS_PER_SECOND = 100;
  private static final long END_SECONDS = 1_800;
  private static final int MOMENT_MILLIS = 60;
  private static final int LONGEST_START_MILLIS = 1_200;
  private static final List<Mode> MODES = List.of(Mode.values());
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Scene scene;
  private final Size size;
  private final long seed;
  private final Random random;
  private int faults;
  private int kills;
  private int stops;
  private int restarts;
  private int pairs;

  RandomRun(Scene scene, Size size, long seed) {
    this.scene = scene;
    this.size = size;
    this.seed = seed;
    this.random = new Random(seed);
  }

  void run() throws Exception {
    System.out.println("crash seed " + seed);
    while (kills < size.kills() || scene.jobs().size() < size.jobs()) {
      if (scene.in("inbox").size() <= size.few()) {
        add(2 * size.few());
      }
      life();
    }
    finish();
  }

  private void add(int jobs) throws IOException, InterruptedException {
    Map<String, Mode> added = new LinkedHashMap<>();
    for (int i = 0; i < jobs; i++) {
      String id = String.format("random%05d", scene.jobs().size() + added.size());
      Mode mode = MODES.get(random.nextInt(MODES.size()));
      if (random.nextInt(size.jobs()) < size.faults()) {
        faults++;
        fault(id, mode);
      }
      added.put(id, mode);
    }
    scene.service().setFaults();
    for (Map.Entry<String, Mode> job : added.entrySet()) {
      scene.job(job.getKey(), job.getValue());
    }
  }

  private void fault(String id, Mode mode) {
    Service service = scene.service();
    switch (random.nextInt(14)) {
      case 0, 1 -> service.fault(id, "cut-before", null);
      case 2, 3 -> service.fault(id, "cut-after-billing", null);
      case 4, 5 -> service.fault(id, "cut-reply", null);
      case 6 -> service.fault(id, "half", null);
      case 7 -> service.fault(id, "slow", "300ms");
      case 8 -> service.fault(id, null, "status", JSON.numberNode(503));
      case 9 -> service.fault(id, null, "status", JSON.numberNode(500));
      // Rarely: after it the ledger finds the account's rate anew, from slow to fast.
      case 10 -> service.fault(id, "code", random.nextInt(8) == 0 ? "50429" : "50500");
      case 11 -> service.fault(id, "code", "50430");
      case 12 -> refuse(id, mode);
      default -> query(id, mode);
    }
  }

  private void refuse(String id, Mode mode) {
    if (mode.isTask()) {
      scene.service().taskFault(id, 50511);
    } else {
      scene.service().fault(id, "code", "50511");
    }
  }

  /** What goes wrong with a query must not make a task unknown. */
  private void query(String id, Mode mode) {
    List<String> kinds = List.of("cut-after-billing", "garbage", "half", "cut-before");
    String kind = kinds.get(random.nextInt(kinds.size()));
    JsonNode nothing = null;
    scene.service().fault(id, mode.isTask() ? "CVSync2AsyncGetResult" : "CVProcess", kind, nothing);
  }

  /** From the start of one or two workers to the death of at least one. */
  private void life() throws Exception {
    boolean two = random.nextInt(5) == 0;
    Child first = scene.start(worker("worker-a"));
    Child second = two ? scene.start(worker("worker-b")) : null;
    pairs += two ? 1 : 0;
    if (random.nextInt(7) == 0) {
      pause(random.nextInt(LONGEST_START_MILLIS));
    } else {
      first.greeting();
      progress(random.nextInt(size.jobsOfALife()));
    }
    int what = random.nextInt(40);
    if (what == 0) {
      restartService(first, second);
    } else if (what == 1 && second != null) {
      stopFor(first, LEASE.plusSeconds(1));
    }
    if (second != null) {
      second.stop();
    }
    kill(first, "worker-a");
    if (second != null) {
      second.resume();
      progress(random.nextInt(size.jobsOfALife()));
      kill(second, "worker-b");
    }
  }

  private WorkerOptions worker(String name) {
    // So fast that a refusal of the account does not make idlers of all who are to die.
    return scene.worker(name).withLease(LEASE).atMost(CALLS_PER_SECOND);
  }

  private void kill(Child worker, String name) throws Exception {
    boolean lived = worker.isAlive();
    worker.kill();
    kills += lived ? 1 : 0;
    scene.noteDeath(name);
  }

  /** With the workers held, so that it is known what was under way. */
  private void restartService(Child first, Child second) throws Exception {
    first.stop();
    if (second != null) {
      second.stop();
      scene.noteDeath("worker-b");
    }
    scene.noteDeath("worker-a");
    scene.service().restart();
    restarts++;
    first.resume();
    if (second != null) {
      second.resume();
    }
    progress(random.nextInt(size.jobsOfALife()));
  }

  private void stopFor(Child worker, Duration time) throws Exception {
    worker.stop();
    scene.noteDeath("worker-a");
    stops++;
    pause(time.toMillis());
    worker.resume();
    progress(random.nextInt(size.jobsOfALife()));
  }

  /** Until so many jobs more have ended, and a moment: the same on slow machines. */
  private void progress(int jobs) throws IOException {
    int left = scene.in("inbox").size() - jobs;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_LIFE_MILLIS);
    while (scene.in("inbox").size() > left && System.nanoTime() - end < 0) {
      pause(5);
    }
    pause(random.nextInt(MOMENT_MILLIS));
  }

  private static void pause(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left; (left = end - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
  }

  /** Undisturbed, until nothing is left to do; then until nothing is under way at the service. */
  private void finish() throws IOException, InterruptedException {
    Child last = scene.start(worker("worker-a"));
    Child other = scene.start(worker("worker-b"));
    if (last.end(END_SECONDS) != 0 || other.end(END_SECONDS) != 0) {
      throw new IllegalStateException(scene.log());
    }
    await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
  }

  String table(Oracle.Figures figures) {
    return String.format(
        "kills %d (in pairs %d), stops %d, service restarts %d, faults %d, cuts %d%n"
            + "jobs %d (tasks %d), posts %d, bills %d, delivered %d, failed %d, kept %d, unknown %d (submits %d),"
            + " lost %d, paid twice %d",
        kills,
        pairs,
        stops,
        restarts,
        faults,
        figures.cuts,
        figures.jobs,
        figures.tasks,
        figures.posts,
        figures.bills,
        figures.delivered,
        figures.parked,
        figures.kept,
        figures.unknown,
        figures.unknownTasks,
        figures.lost,
        figures.paidTwice);
  }
}
