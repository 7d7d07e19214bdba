package io.volccv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A page whose code blocks are run as they stand there. */
public record DocPage(String file) {

  /** The code block of a language that begins with {@code start}. */
  public String block(String language, String start) throws IOException {
    Matcher block =
        Pattern.compile("```" + language + "\n(" + Pattern.quote(start) + ".*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of(file)));
    assertThat(block.find()).as("%s has a %s block: %s", file, language, start).isTrue();
    return block.group(1);
  }

  /** The lines of the block of properties that begins so. */
  public List<String> properties(String start) throws IOException {
    return block("properties", start).lines().filter(line -> !line.isBlank()).toList();
  }
}
