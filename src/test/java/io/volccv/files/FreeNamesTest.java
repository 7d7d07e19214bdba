package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.JobInProgressException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FreeNamesTest {

  @TempDir Path folder;
  private final FreeNames names = new FreeNames();

  @Test
  void aNameIsHeldUntilItIsReleased() {
    FreeNames.Claim first = claim("a");
    assertThat(name(claim("a"))).isEqualTo("a-r2");
    first.release();
    assertThat(name(claim("a"))).isEqualTo("a");
  }

  @Test
  void whoeverAsksForTheSameJobMeanwhileComesAgain() {
    FreeNames.Claim first = claim("a", "job-1");
    assertThatThrownBy(() -> claim("a", "job-1"))
        .isInstanceOf(JobInProgressException.class)
        .hasMessageContaining("job-1");
    assertThat(name(claim("a", "job-2"))).isEqualTo("a-r2");
    first.release();
    assertThat(name(claim("a", "job-1"))).isEqualTo("a");
  }

  @Test
  void oneTakenFileMovesTheWholeSet() throws IOException {
    Files.writeString(folder.resolve("a.json"), "");
    FreeNames.Claim claim =
        names.claim(
            suffix -> List.of(folder.resolve("a" + suffix), folder.resolve("a" + suffix + ".json")),
            paths -> false);
    assertThat(claim.paths()).containsExactly(folder.resolve("a-r2"), folder.resolve("a-r2.json"));
    assertThat(name(claim("a"))).isEqualTo("a");
  }

  @Test
  void ownFilesMayBeOverwritten() throws IOException {
    Files.writeString(folder.resolve("a"), "");
    Files.writeString(folder.resolve("a-r2"), "mine");
    FreeNames.Claim claim =
        names.claim(
            suffix -> List.of(folder.resolve("a" + suffix)), paths -> size(paths.get(0)) > 0);
    assertThat(name(claim)).isEqualTo("a-r2");
  }

  @Test
  void manyTakenNamesAreSkippedInFewSteps() throws IOException {
    Files.writeString(folder.resolve("a"), "");
    for (int i = 2; i <= 3_000; i++) {
      Files.writeString(folder.resolve("a-r" + i), "");
    }
    AtomicInteger tried = new AtomicInteger();
    FreeNames.Claim claim =
        names.claim(
            suffix -> {
              tried.incrementAndGet();
              return List.of(folder.resolve("a" + suffix));
            },
            paths -> false);
    assertThat(name(claim)).isEqualTo("a-r3001");
    assertThat(tried.get()).isLessThan(100);
  }

  @Test
  void noNameIsGivenTwiceAtATime() {
    Set<String> given = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 500)
        .parallel()
        .forEach(i -> assertThat(given.add(name(claim("a")))).isTrue());
    assertThat(given).hasSize(500);
  }

  private FreeNames.Claim claim(String name, String jobKey) {
    return names.claim(suffix -> List.of(folder.resolve(name + suffix)), paths -> false, jobKey);
  }

  private FreeNames.Claim claim(String name) {
    return names.claim(suffix -> List.of(folder.resolve(name + suffix)), paths -> false);
  }

  private static String name(FreeNames.Claim claim) {
    return claim.paths().get(0).getFileName().toString();
  }

  private static long size(Path file) {
    return file.toFile().length();
  }
}
