package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.InvalidRequestException;
import io.volccv.model.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SidecarTest {

  private static final Job PLAIN = new Job("folder", "a.png", Map.of(), null, Map.of(), null);

  @TempDir Path folder;

  @Test
  void yamlKeepsItsTypes() throws IOException {
    Job sidecar =
        read(
            "a.yaml",
            """
            prompt: a cat
            fields: {name: no, count: 3}
            params:
              scale: 4.50
              use_sr: true
              controlnet_args:
                - {type: canny, strength: 0.6}
            """);
    assertThat(sidecar.prompt()).isEqualTo("a cat");
    assertThat(sidecar.fields()).isEqualTo(Map.of("name", "no", "count", 3));
    assertThat(sidecar.params())
        .isEqualTo(
            Map.of(
                "scale",
                4.5,
                "use_sr",
                true,
                "controlnet_args",
                List.of(Map.of("type", "canny", "strength", 0.6))));
  }

  @Test
  void anEmptyOneSaysNothing() throws IOException {
    assertThat(read("a.yaml", "# nothing\n")).isEqualTo(PLAIN);
    assertThat(read("a.json", "{}")).isEqualTo(PLAIN);
    assertThat(read("a.yaml", "prompt:\nfields:\n")).isEqualTo(PLAIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.yaml | prompts: x                  | no field prompts; did you mean prompt?",
        "a.yaml | pictures: [{file: b.png}]   | folder cannot honour pictures; leave it out",
        "a.yaml | priority: 9                 | folder cannot honour priority; leave it out",
        "a.yaml | - a                         | no map",
        "a.yaml | a cat                       | no map",
        "a.yaml | prompt: [a]                 | prompt is a list; write a text",
        "a.yaml | fields: a                   | fields is \"a\"; write names and values",
        "a.yaml | fields: {1: a}              | not a text",
        "a.yaml | params: {a: {true: b}}      | not a text",
        "a.yaml | 'prompt: \"a'               | not valid YAML",
        "a.yaml | prompt: !!java.io.File [a]  | YAML",
        "a.yaml | {prompt: a, prompt: b}      | duplicate",
        "a.json | {\"prompt\": 'a'}           | not valid JSON",
        "a.json | {\"prompt\": \"a\"} x       | JSON",
        "a.json | {\"prompt\": 1, \"prompt\": 2} | Duplicate",
      })
  void whatIsWrongIsSaidWithTheFilesName(String name, String text, String why) {
    assertThatThrownBy(() -> read(name, text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("sidecar " + name)
        .hasMessageContaining(why);
  }

  @Test
  void bombsAndLargeFilesAreRefused() {
    StringBuilder bomb = new StringBuilder("fields:\n  a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("  a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> read("a.yaml", bomb.toString()))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> read("a.json", "[".repeat(10_000)))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> read("a.yaml", "[".repeat(10_000)))
        .isInstanceOf(InvalidRequestException.class);
    assertThatThrownBy(() -> read("a.txt", "x".repeat(64 * 1024 + 1)))
        .hasMessageContaining("64 KB");
  }

  @Test
  void textThatIsNotUtf8IsRefused() throws IOException {
    Path file = Files.write(folder.resolve("a.txt"), new byte[] {(byte) 0xc3, 'x'});
    assertThatThrownBy(() -> Sidecar.read(file, PLAIN)).hasMessageContaining("UTF-8");
  }

  @Test
  void twoSidecarsAreAnError() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "x");
    Files.writeString(folder.resolve("a.yml"), "prompt: y");
    assertThatThrownBy(() -> Sidecar.find(folder, folder.resolve("a.png")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContainingAll("a.yml", "a.txt", "keep one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.yaml", "a.yml", "a.json", "a.txt", "a.TXT"})
  void itIsFoundByTheBaseName(String name) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "x");
    assertThat(Sidecar.find(folder, folder.resolve("a.png"))).contains(file);
    assertThat(Sidecar.find(folder, folder.resolve("ab.png"))).isEmpty();
  }

  private Job read(String name, String text) throws IOException {
    return Sidecar.read(Files.writeString(folder.resolve(name), text), PLAIN);
  }
}
