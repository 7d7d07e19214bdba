package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A killed process loses nothing that it wrote, a machine without power does: what must be on the
 * disk before the next step is seen in the system calls.
 */
@Tag("slow")
final class SyncOrderTest {

  private static final int JOBS = 4;
  private static final String CALLS =
      "write,writev,sendto,fsync,fdatasync,rename,renameat,renameat2,access,faccessat,faccessat2,"
          + "stat,newfstatat,statx";
  private static final Pattern PAUSED =
      Pattern.compile("^(\\d+) +(\\w+)\\((.*) <unfinished \\.\\.\\.>$");
  private static final Pattern RESUMED =
      Pattern.compile("^(\\d+) +<\\.\\.\\. (\\w+) resumed>(.*)$");
  private static final Pattern WHOLE = Pattern.compile("^(\\d+) +(\\w+)\\((.*)$");

  @TempDir Path folder;

  /** A system call that began, or has returned. */
  private record Step(String call, String what, boolean returned) {
    boolean isSync(String file) {
      return returned && call.matches("f(data)?sync") && what.contains(file);
    }

    /** The mark that {@link CrashLedger} leaves when it asks whether the last block may leave. */
    boolean asks() {
      return returned && what.contains("/asks about ");
    }

    boolean beginsPaidCall() {
      return isWrite() && what.contains("\"POST ") && !what.contains("GetResult");
    }

    boolean asksForTask() {
      return isWrite() && what.contains("\"POST ") && what.contains("GetResult");
    }

    boolean isWrite() {
      return !returned && call.matches("write|writev|sendto");
    }

    /** The connection, or file, it is about. */
    String where() {
      return what.substring(0, what.indexOf('>') + 1);
    }

    boolean keeps() {
      return returned && call.startsWith("rename") && what.contains(".part\"");
    }
  }

  @Test
  void theSyncComesBeforeTheLastBlockAndBeforeTheDelivery() throws Exception {
    List<Step> steps = trace(Control.NONE);

    sends(steps);
    tasks(steps);
    deliveries(steps);
  }

  @Test
  void aSyncThatComesTooLateIsSeen() throws Exception {
    List<Step> steps = trace(Control.SENT_AFTER_THE_SEND);

    assertThatThrownBy(() -> sends(steps)).isInstanceOf(AssertionError.class);
  }

  /** What a worker tells the system while it works off some jobs. */
  private List<Step> trace(Control mistake) throws Exception {
    assumeThat(canTrace()).as("strace may be used").isTrue();
    Path trace = folder.resolve("trace");
    try (Service service = new Service(folder.resolve("service"), "5ms");
        Scene scene = Scene.onSqlite(folder.resolve("scene"), service)) {
      for (int i = 0; i < JOBS; i++) {
        scene.job("job" + i, i % 2 == 0 ? Mode.TASK_INLINE : Mode.PROCESS_INLINE);
      }
      Child worker =
          scene.start(
              List.of(
                  "strace",
                  "-f",
                  "-yy",
                  "-s",
                  "300",
                  "-o",
                  trace.toString(),
                  "-e",
                  "trace=" + CALLS),
              scene.worker("worker-a").with(mistake).oneAtATime(0));
      assertThat(worker.end()).as(scene.log()).isZero();
      assertThat(Oracle.look(scene).wrong()).isEmpty();
    }
    return steps(trace);
  }

  /** Asked, synced, and only then the last block. */
  private static void sends(List<Step> steps) {
    List<Integer> asked = indices(steps, Step::asks);
    List<Integer> begun = indices(steps, Step::beginsPaidCall);
    assertThat(asked).hasSize(JOBS);
    assertThat(begun).hasSize(JOBS);
    for (int call = 0; call < JOBS; call++) {
      int from = asked.get(call);
      int synced = from + first(steps.subList(from, steps.size()), s -> s.isSync("ledger.db-wal"));
      assertThat(lastBlock(steps, begun.get(call))).as("call %d", call).isGreaterThan(synced);
    }
  }

  /** What a task is called is on the disk before it is asked for. */
  private static void tasks(List<Step> steps) {
    List<Integer> submits =
        indices(steps, step -> step.beginsPaidCall() && step.what().contains("Submit"));
    assertThat(submits).hasSize(JOBS / 2);
    for (int submit : submits) {
      int sent = lastBlock(steps, submit);
      int asked = sent + first(steps.subList(sent, steps.size()), Step::asksForTask);
      assertThat(steps.subList(sent, asked)).anyMatch(step -> step.isSync("ledger.db-wal"));
    }
  }

  /** The last write on a call's connection before the next call on it. */
  private static int lastBlock(List<Step> steps, int begun) {
    String connection = steps.get(begun).where();
    int last = begun;
    for (int i = begun + 1; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.isWrite() && step.where().equals(connection)) {
        if (step.what().contains("\"POST ") || step.what().contains("\"GET ")) {
          break;
        }
        last = i;
      }
    }
    return last;
  }

  private static List<Integer> indices(List<Step> steps, Predicate<Step> wanted) {
    return IntStream.range(0, steps.size()).filter(i -> wanted.test(steps.get(i))).boxed().toList();
  }

  /** The picture, then its manifest, then the folder, then the row; and only then the sink. */
  private static void deliveries(List<Step> steps) {
    int deliveries = 0;
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.keeps() && step.what().contains("/worker-a/")) {
        deliveries++;
        List<Step> before = steps.subList(0, i);
        List<Step> after = steps.subList(i, steps.size());
        String token = step.what().replaceAll(".*?/worker-a/([0-9a-f]{16})\\.part.*", "$1");
        assertThat(before).as("the picture").anyMatch(one -> one.isSync(token + "-1.png"));
        assertThat(before).as("the manifest").anyMatch(one -> one.isSync(token + ".part"));
        int folder = first(after, one -> one.isSync("/worker-a>"));
        int row = folder + first(after.subList(folder, after.size()), one -> one.isSync("-wal"));
        int sink =
            first(
                after,
                one ->
                    !one.returned()
                        && one.call().startsWith("rename")
                        && one.what().contains("/outbox/"));
        assertThat(folder).as("the folder").isBetween(0, row);
        assertThat(row).as("the row").isBetween(folder, sink);
      }
    }
    assertThat(deliveries).isEqualTo(JOBS);
  }

  private static int first(List<Step> steps, Predicate<Step> wanted) {
    for (int i = 0; i < steps.size(); i++) {
      if (wanted.test(steps.get(i))) {
        return i;
      }
    }
    throw new AssertionError("a step is missing");
  }

  /** In the order of time; a call that others came between is there twice. */
  private static List<Step> steps(Path trace) throws IOException {
    List<Step> steps = new ArrayList<>();
    Map<String, String> paused = new HashMap<>();
    for (String line : Files.readAllLines(trace, StandardCharsets.ISO_8859_1)) {
      Matcher begun = PAUSED.matcher(line);
      Matcher resumed = RESUMED.matcher(line);
      Matcher whole = WHOLE.matcher(line);
      if (begun.matches()) {
        paused.put(begun.group(1), begun.group(3));
        steps.add(new Step(begun.group(2), begun.group(3), false));
      } else if (resumed.matches()) {
        steps.add(new Step(resumed.group(2), paused.remove(resumed.group(1)), true));
      } else if (whole.matches()) {
        steps.add(new Step(whole.group(2), whole.group(3), false));
        steps.add(new Step(whole.group(2), whole.group(3), true));
      }
    }
    return steps;
  }

  private static boolean canTrace() throws InterruptedException {
    try {
      return new ProcessBuilder("strace", "-f", "-o", "/dev/null", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
