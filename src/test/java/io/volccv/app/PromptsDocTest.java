package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of {@code docs/prompts.md}, run as they are written there. */
final class PromptsDocTest {

  private static final String COMMAND = "bin/volccv ";

  @TempDir Path folder;

  @BeforeEach
  void writeTheFiles() throws IOException {
    TestHome.in(folder)
        .write("config/prompts/portrait.mustache", blocks("mustache").get(0))
        .write("config/prompts/finish.mustache", blocks("mustache").get(1))
        .write("fields.yaml", blocks("yaml").get(0));
  }

  @Test
  void theCommandsPrintWhatThePageSays() throws IOException {
    List<String> commands = blocks("sh");
    List<String> printed = blocks("text");
    assertThat(commands).hasSameSizeAs(printed).hasSize(3);
    for (int i = 0; i < commands.size(); i++) {
      TestTerminal terminal = new TestTerminal();
      int code =
          new Cli(terminal.terminal(), new Termination()).execute(arguments(commands.get(i)));
      boolean isMistake = printed.get(i).startsWith("config: ");
      assertThat(code).isEqualTo(isMistake ? ExitCode.CONFIGURATION : ExitCode.OK);
      assertThat(isMistake ? terminal.err() : terminal.out()).isEqualTo(printed.get(i));
    }
  }

  @Test
  void withoutATemplateItIsTheConfiguredOne() {
    TestTerminal terminal = new TestTerminal();
    int code =
        new Cli(terminal.terminal(), new Termination())
            .execute("prompt", "render", "--home", folder.toString(), "--field", "subject=a cat");
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).isEqualToIgnoringNewLines("restyle a cat");
  }

  @Test
  void aPromptThatIsTooLongForTheModelIsNamed() {
    TestTerminal terminal = new TestTerminal();
    int code =
        new Cli(terminal.terminal(), new Termination())
            .execute(
                "prompt",
                "render",
                "--home",
                folder.toString(),
                "-Dvolccv.reqKey=jimeng_i2i_v30",
                "--field",
                "subject=" + "猫".repeat(800));
    assertThat(code).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .isEqualToIgnoringNewLines(
            "config: prompt: it has 808 characters, jimeng_i2i_v30 takes at most 800; shorten the"
                + " template or the fields");
  }

  @Test
  void aFieldsFileThatIsNoneIsAConfigurationError() throws IOException {
    for (String name : List.of("absent.yaml", "list.yaml")) {
      Files.writeString(folder.resolve("list.yaml"), "- a\n");
      TestTerminal terminal = new TestTerminal();
      int code =
          new Cli(terminal.terminal(), new Termination())
              .execute(
                  "prompt",
                  "render",
                  "--home",
                  folder.toString(),
                  "--fields-file",
                  folder.resolve(name).toString());
      assertThat(code).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(terminal.err())
          .startsWith("config: --fields-file: ")
          .contains(name)
          .hasLineCount(1);
    }
  }

  /** As a shell splits the line, below the home of the test. */
  private String[] arguments(String line) {
    assertThat(line).startsWith(COMMAND);
    List<String> arguments = new ArrayList<>();
    Matcher word =
        Pattern.compile("(?:[^\\s\"]|\"[^\"]*\")+").matcher(line.substring(COMMAND.length()));
    while (word.find()) {
      arguments.add(
          word.group()
              .replace("\"", "")
              .replace("fields.yaml", folder.resolve("fields.yaml").toString()));
    }
    arguments.addAll(List.of("--home", folder.toString()));
    return arguments.toArray(String[]::new);
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs/prompts.md")));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }
}
