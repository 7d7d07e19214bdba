package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvenanceCommandTest {

  @TempDir Path folder;
  private Path picture;

  @BeforeEach
  void write() throws Exception {
    picture = Files.copy(Path.of("samples/rocket.jpg"), folder.resolve("tom.jpg"));
    String hash =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(picture)));
    Files.writeString(
        folder.resolve("tom.jpg.json"),
        """
        {"prompt": "a cat\\nin oil \\u001b[2J", "reqKey": "jimeng_i2i_v30", "seed": 42, "taskId": null,
         "params": {"scale": 3.0}, "outputSha256": "%s", "jobKey": "k"}
        """
            .formatted(hash));
  }

  @Test
  void whatIsKnownIsPrintedLineByLine() {
    TestTerminal terminal = new TestTerminal();

    assertThat(execute(terminal, picture.toString())).isEqualTo(ExitCode.OK);

    assertThat(terminal.out().lines())
        .contains(
            "prompt        a cat in oil [2J",
            "reqKey        jimeng_i2i_v30",
            "seed          42",
            "taskId        -",
            "params        {\"scale\":3.0}",
            "written       beside the picture",
            "verified      the file is the one that was delivered");
  }

  @Test
  void aChangedFileIsFoundOut() throws IOException {
    Files.write(picture, new byte[] {1}, StandardOpenOption.APPEND);
    TestTerminal terminal = new TestTerminal();

    assertThat(execute(terminal, picture + ".json", "--json")).isEqualTo(ExitCode.JOBS_FAILED);

    JsonNode json = new ObjectMapper().readTree(terminal.out());
    assertThat(json.get("verified").booleanValue()).isFalse();
    assertThat(json.get("file").textValue()).isEqualTo(picture.toString());
    assertThat(json.at("/beside/jobKey").textValue()).isEqualTo("k");
    assertThat(json.get("inside").isNull()).isTrue();
  }

  @Test
  void nothingKnownIsSaid() throws IOException {
    Files.delete(folder.resolve("tom.jpg.json"));
    TestTerminal terminal = new TestTerminal();

    assertThat(execute(terminal, picture.toString())).isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(terminal.out()).contains("provenance    none, neither in the picture nor beside it");
  }

  @Test
  void whatCannotBeReadIsOneLine() throws IOException {
    Files.writeString(folder.resolve("tom.jpg.json"), "{broken");
    TestTerminal broken = new TestTerminal();
    TestTerminal absent = new TestTerminal();

    assertThat(execute(broken, picture.toString())).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(execute(absent, folder.resolve("none.png").toString()))
        .isEqualTo(ExitCode.CONFIGURATION);

    assertThat(broken.err()).startsWith("config: FILE: the provenance of").contains("is not valid");
    assertThat(absent.err()).startsWith("config: FILE: cannot read").contains("none.png");
    assertThat(broken.err().lines()).hasSize(1);
  }

  private static int execute(TestTerminal terminal, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "provenance";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return new Cli(terminal.terminal(), new Termination()).execute(all);
  }
}
