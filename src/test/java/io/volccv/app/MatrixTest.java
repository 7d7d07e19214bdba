package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.model.Job.Outcome;
import io.volccv.sandbox.Bill;
import io.volccv.testing.SandboxExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every source with every sink, by the shipped routes and on real servers: what the service made is
 * what the sinks have, and each picture is on the bill once; with the app killed in the middle,
 * too. {@code -Dvolccv.matrix=true} kills it for each pair alone.
 */
@Tag("slow")
final class MatrixTest {

  private static final MadePictures MADE = new MadePictures(100_000, 300_000);

  @RegisterExtension
  static final SandboxExtension sandbox =
      MADE.sandbox(Duration.ofMillis(20), Duration.ofMillis(200));

  private static final Duration LONGEST = Duration.ofMinutes(2);

  private static final int KILLS = 2;
  private static final int IN_FLIGHT = 4;

  @TempDir Path temp;
  private RemoteHome home;
  private MatrixShared shared;
  private final Map<MatrixSource, MatrixSource.Opened> sources = new LinkedHashMap<>();
  private final Map<MatrixSink, MatrixSink.Opened> sinks = new LinkedHashMap<>();
  private final Set<String> asked = new TreeSet<>();

  @BeforeEach
  void unpack() throws Exception {
    MADE.forget();
    home = new RemoteHome(temp.resolve("home"), sandbox);
    shared = new MatrixShared(temp.resolve("shared"), home.folder);
  }

  @AfterEach
  void close() throws Exception {
    home.close();
    for (MatrixEnd end : ends()) {
      end.close();
    }
    shared.close();
  }

  @ParameterizedTest(name = "every source with {0}")
  @EnumSource
  void everyPictureArrivesOnceAndWhole(MatrixSink sink) throws Exception {
    open(EnumSet.allOf(MatrixSource.class), EnumSet.of(sink));
    ask(3);
    home.start();
    Awaitility.await().atMost(LONGEST).until(this::isOver);

    assertThat(ended(Outcome.DONE)).isEqualTo(asked);
    awaitOnceAndWhole(asked);
  }

  @ParameterizedTest(name = "{0} with {1}")
  @MethodSource
  void aKillInTheMiddleLosesNothing(Set<MatrixSource> from, Set<MatrixSink> to) throws Exception {
    open(from, to);
    ask(16 / from.size());
    home.config("volccv.quota.concurrency=" + IN_FLIGHT);
    // A call that nobody answers any more keeps its permit so long.
    home.config("camel.component.volccv.responseTimeout=5000").write();
    for (int kill = 1; kill <= KILLS; kill++) {
      int many = kill * asked.size() / (KILLS + 2);
      try (AppProcess app = home.run()) {
        app.await(() -> arrived() >= many);
        app.kill();
      }
    }
    try (AppProcess app = home.run()) {
      app.await(this::isOver, () -> left());
      judge();
      assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
    }
    assertThat(TestServer.filesBelow(home.folder.resolve("data/spool")))
        .noneMatch(file -> file.endsWith(".png") || file.endsWith(".inprogress"));
  }

  private void judge() throws Exception {
    Set<String> unknown = ended(Outcome.UNKNOWN);
    Set<String> done = ended(Outcome.DONE);

    assertThat(done).noneMatch(unknown::contains);
    assertThat(done.size() + unknown.size()).isEqualTo(asked.size());
    // Only what was between sending and answer when the app died.
    assertThat(unknown).hasSizeLessThanOrEqualTo(KILLS * IN_FLIGHT);
    awaitOnceAndWhole(done);
    for (String name : unknown) {
      assertThat(images(name)).as(name).isLessThanOrEqualTo(1);
    }
  }

  static Stream<Arguments> aKillInTheMiddleLosesNothing() {
    Stream<Arguments> all =
        Stream.of(Arguments.of(EnumSet.allOf(MatrixSource.class), MatrixSink.together()));
    return Boolean.getBoolean("volccv.matrix")
        ? Stream.concat(
            all,
            EnumSet.allOf(MatrixSource.class).stream()
                .flatMap(
                    from ->
                        EnumSet.allOf(MatrixSink.class).stream()
                            .map(to -> Arguments.of(EnumSet.of(from), EnumSet.of(to)))))
        : all;
  }

  private void open(Set<MatrixSource> from, Set<MatrixSink> to) throws Exception {
    for (MatrixSource source : from) {
      sources.put(source, source.open(temp.resolve("from-" + source), shared));
    }
    for (MatrixSink sink : to) {
      sinks.put(sink, sink.open(temp.resolve("to-" + sink), shared));
    }
    Map<String, Set<String>> lines = new LinkedHashMap<>();
    for (MatrixEnd end : ends()) {
      for (String line : end.config()) {
        int equals = line.indexOf('=');
        lines
            .computeIfAbsent(line.substring(0, equals), key -> new LinkedHashSet<>())
            .add(line.substring(equals + 1));
      }
    }
    lines.forEach((key, values) -> home.config(key + "=" + String.join(",", values)));
  }

  private Collection<MatrixEnd> ends() {
    List<MatrixEnd> ends = new ArrayList<>(sources.values());
    ends.addAll(sinks.values());
    return ends;
  }

  private void ask(int ofEach) throws Exception {
    for (Map.Entry<MatrixSource, MatrixSource.Opened> source : sources.entrySet()) {
      for (int i = 1; i <= ofEach; i++) {
        String name = source.getKey() + " " + i;
        asked.add(name);
        source.getValue().ask(name, photo(name));
      }
    }
  }

  private boolean isOver() throws Exception {
    for (MatrixSource.Opened source : sources.values()) {
      if (!source.isEmpty()) {
        return false;
      }
    }
    return ended(Outcome.DONE).size() + ended(Outcome.UNKNOWN).size() >= asked.size();
  }

  /** What still lies at the sources, and what the sinks have. */
  private String left() {
    return TestServer.filesBelow(temp).stream()
        .filter(file -> !file.startsWith("home/") || file.startsWith("home/data"))
        .collect(Collectors.joining("\n"));
  }

  private Set<String> ended(Outcome outcome) throws Exception {
    Set<String> ended = new TreeSet<>();
    for (MatrixSource.Opened source : sources.values()) {
      ended.addAll(source.ended(outcome));
    }
    return ended;
  }

  private int arrived() throws Exception {
    int arrived = 0;
    for (MatrixSink.Opened sink : sinks.values()) {
      arrived = Math.max(arrived, sink.arrived().size());
    }
    return arrived;
  }

  /** Clients of the door may hear that their picture is there before the other sinks have it. */
  private void awaitOnceAndWhole(Set<String> names) {
    Awaitility.await().atMost(LONGEST).untilAsserted(() -> requireOnceAndWhole(names));
  }

  /** Each sink has exactly what the service made, once, and it was paid once. */
  private void requireOnceAndWhole(Set<String> names) throws Exception {
    for (String name : names) {
      assertThat(MADE.of(name)).as(name).hasSize(1);
      assertThat(images(name)).as(name).isEqualTo(1);
    }
    for (Map.Entry<MatrixSink, MatrixSink.Opened> sink : sinks.entrySet()) {
      Map<String, List<String>> arrived = sink.getValue().arrived();
      assertThat(arrived.keySet()).as(sink.getKey().name()).isEqualTo(names);
      arrived.forEach((name, hashes) -> assertThat(hashes).as(name).isEqualTo(MADE.of(name)));
    }
  }

  private static int images(String name) {
    return sandbox.bill().calls().stream()
        .filter(call -> MadePictures.name(call.prompt()).equals(name))
        .mapToInt(Bill.Call::images)
        .sum();
  }

  /** A picture like the sample, but another file each time. */
  private static byte[] photo(String name) {
    byte[] own = (name + "-after the end of the picture").getBytes(UTF_8);
    byte[] all = Arrays.copyOf(RemoteHome.PHOTO, RemoteHome.PHOTO.length + own.length);
    System.arraycopy(own, 0, all, RemoteHome.PHOTO.length, own.length);
    return all;
  }
}
