package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way back into the inbox. */
final class ParkedFilesTest {

  @TempDir Path home;
  private Path failed;
  private Path inbox;
  private ParkedFiles inputs;

  @BeforeEach
  void folders() throws IOException {
    failed = Files.createDirectories(home.resolve("failed"));
    inbox = Files.createDirectories(home.resolve("inbox"));
    inputs = new ParkedFiles("folder", Map.of(Outcome.FAILED, failed), inbox, file -> false);
  }

  @Test
  void theErrorFileSaysWhatIsKnown() throws IOException {
    park("cats/tom.jpg", "");

    ParkedInput parked = only();

    assertThat(parked.name()).isEqualTo("cats/tom.jpg");
    assertThat(parked.code()).isEqualTo("50500");
    assertThat(parked.jobKey()).isEqualTo("k");
    assertThat(parked.billed()).isEqualTo("no");
    assertThat(parked.time()).isEqualTo("2026-01-31T10:00:00Z");
  }

  @Test
  void itGoesBackWithSubFolderAndSidecar() throws IOException {
    park("cats/tom.jpg", "");
    write(failed.resolve("cats/tom.yaml"), "prompt: ink");

    back();

    assertThat(files(inbox)).containsExactly("cats/tom.jpg", "cats/tom.yaml");
    assertThat(files(failed)).isEmpty();
  }

  @Test
  void itGoesBackUnderTheNameItCameWith() throws IOException {
    park("tom-r2.jpg", "\"input\": \"tom.jpg\",");
    write(failed.resolve("tom-r2.txt"), "ink");

    back();

    assertThat(files(inbox)).containsExactly("tom.jpg", "tom.txt");
  }

  @Test
  void aHostileNameInTheErrorFileIsNotFollowed() throws IOException {
    park("tom.jpg", "\"input\": \"../../etc/tom.jpg\",");

    assertThat(only().name()).isEqualTo("tom.jpg");
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    park("tom.jpg", "");
    ParkedInput parked = only();
    Path other = write(inbox.resolve("tom.jpg"), "another");

    assertThat(inputs.obstacle(parked))
        .hasValueSatisfying(t -> assertThat(t).contains("inbox has"));
    assertThatThrownBy(() -> inputs.putBack(parked)).isInstanceOf(FileAlreadyExistsException.class);

    assertThat(other).hasContent("another");
    assertThat(files(failed)).containsExactly("tom.jpg", "tom.jpg.error.json");
  }

  @Test
  void itNeverMeetsTheSidecarOfAnother() throws IOException {
    park("tom.jpg", "");
    write(inbox.resolve("tom.txt"), "for tom.png");
    write(inbox.resolve("tom.png"), "x");

    assertThat(inputs.obstacle(only())).hasValueSatisfying(t -> assertThat(t).contains("tom.txt"));
  }

  @Test
  void itsSidecarNeverMeetsAnotherPicture() throws IOException {
    park("tom.jpg", "");
    write(failed.resolve("tom.txt"), "ink");
    write(inbox.resolve("tom.png"), "x");

    assertThat(inputs.obstacle(only())).isPresent();
  }

  @Test
  void aSidecarThatWasTheMistakeWaitsInTheInbox() throws IOException {
    park("tom.jpg", "\"stage\": \"sidecar\",");
    write(inbox.resolve("tom.txt"), "mended");

    back();

    assertThat(files(inbox)).containsExactly("tom.jpg", "tom.txt");
  }

  @Test
  void aReplayThatWasKilledHalfwayCanBeRepeated() throws IOException {
    park("tom.jpg", "");
    write(failed.resolve("tom.txt"), "ink");
    write(inbox.resolve("tom.txt"), "ink");

    back();

    assertThat(files(inbox)).containsExactly("tom.jpg", "tom.txt");
    assertThat(files(failed)).isEmpty();
  }

  @Test
  void anErrorFileWithoutItsInputIsTold() throws IOException {
    park("tom.jpg", "");
    Files.delete(failed.resolve("tom.jpg"));
    write(failed.resolve("notes.error.json"), "[1, 2]");

    assertThat(only().gone()).isTrue();
    assertThat(only().name()).isEqualTo("tom.jpg");
    assertThat(inputs.obstacle(only())).contains("its input is gone");
  }

  @Test
  void anErrorFileThatCannotBeReadIsTakenForTheWorst() throws IOException {
    park("tom.jpg", "");
    Files.writeString(failed.resolve("tom.jpg.error.json"), "{\"billed\": \"no");

    assertThat(only().billed()).isEqualTo("maybe");
    assertThat(only().jobKey()).isNull();
  }

  @Test
  void aLinkInTheInboxIsNotFollowed() throws IOException {
    park("cats/tom.jpg", "");
    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    Files.createSymbolicLink(inbox.resolve("cats"), elsewhere);
    ParkedInput parked = only();

    assertThatThrownBy(() -> inputs.putBack(parked)).isInstanceOf(FileSystemException.class);

    assertThat(elsewhere).isEmptyDirectory();
    assertThat(files(failed)).containsExactly("cats/tom.jpg", "cats/tom.jpg.error.json");
  }

  @Test
  void aVeryLongNameFindsItsErrorFile() throws IOException {
    String name = "x".repeat(250) + ".jpg";
    write(failed.resolve(name), "picture");
    write(failed.resolve(SafePath.with(name, ".error.json")), reason(""));

    assertThat(only().name()).isEqualTo(name);
  }

  private void park(String name, String more) throws IOException {
    write(failed.resolve(name), "picture");
    write(failed.resolve(name + ".error.json"), reason(more));
  }

  private static String reason(String more) {
    return "{"
        + more
        + "\"type\": \"ServerFaultException\", \"code\": \"50500\", \"billed\": \"no\","
        + " \"jobKey\": \"k\", \"time\": \"2026-01-31T10:00:00Z\"}";
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private ParkedInput only() throws IOException {
    List<ParkedInput> all = inputs.list(Set.of(Outcome.FAILED));
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private void back() throws IOException {
    ParkedInput parked = only();
    assertThat(inputs.obstacle(parked)).isEmpty();
    inputs.putBack(parked);
  }

  private static List<String> files(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
