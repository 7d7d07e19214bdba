package io.volccv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/models.md} says what the data says. */
final class ModelsDocTest {

  private static final Path DOC = Path.of("docs/models.md");
  private static final String BEGIN = "<!-- models -->\n";
  private static final String END = "<!-- /models -->";

  @TempDir Path folder;

  @Test
  void theTableOfKnownModelsIsTheData() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    int end = doc.indexOf(END);
    String table = table();
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOC, doc.substring(0, begin) + table + doc.substring(end));
      return;
    }
    assertThat(doc.substring(begin, end))
        .as(
            "%s is stale; write it anew: mvn -Dtest=ModelsDocTest -Ddocs.write=true test, and commit",
            DOC)
        .isEqualTo(table);
  }

  @Test
  void theExampleCanBeUsed() throws IOException {
    Matcher block =
        Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(DOC));
    assertThat(block.find()).isTrue();
    Path file = Files.writeString(folder.resolve("m.json"), block.group(1));

    ModelCatalog models = ModelCatalog.shipped().with(file);

    assertThat(models.get("new_model").promptField()).isEqualTo("edit_prompt");
    assertThat(models.get("jimeng_t2i_v40").price().cny()).isEqualByComparingTo("0.18");
  }

  private static String table() {
    String head =
        "| `req_key` | modes | pictures in | prompt | gives | CNY |\n|---|---|---|---|---|---|\n";
    return ModelCatalog.shipped().all().entrySet().stream()
        .map(ModelsDocTest::row)
        .collect(Collectors.joining("", head, ""));
  }

  private static String row(Map.Entry<String, ModelSpec> entry) {
    ModelSpec model = entry.getValue();
    String page = model.source().startsWith("https://") ? model.source() : "";
    String key = "`" + entry.getKey() + "`";
    return List.of(
            page.isEmpty() ? key : "[" + key + "](" + page + ")",
            model.modes().isEmpty()
                ? "?"
                : model.modes().stream().map(String::valueOf).collect(Collectors.joining(", ")),
            pictures(model.pictures()),
            prompt(model.prompt()),
            results(model.results()),
            model.price() == null
                ? "?"
                : model.price().cny().setScale(2) + " per " + model.price().per())
        .stream()
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  private static String pictures(ModelSpec.Pictures pictures) {
    if (pictures == null) {
      return "?";
    }
    if (pictures.max() != null && pictures.max() == 0) {
      return "none";
    }
    String count = pictures.min() + " or more";
    if (pictures.max() != null) {
      count =
          pictures.min() == pictures.max()
              ? "" + pictures.min()
              : pictures.min() + " to " + pictures.max();
    }
    String fields = "`" + String.join("`, `", pictures.fields()) + "`";
    return pictures.urlsOnly() ? count + ", URL in " + fields : count;
  }

  private static String prompt(ModelSpec.Prompt prompt) {
    if (prompt == null) {
      return "?";
    }
    String field = "`" + prompt.field() + "`";
    return (prompt.required() ? "**" + field + "**" : field)
        + (prompt.maxChars() == 0 ? "" : " ≤ " + prompt.maxChars());
  }

  private static String results(ModelSpec.Results results) {
    if (results == null) {
      return "?";
    }
    return results.max() > 1 ? results.kind() + " ≤ " + results.max() : results.kind().toString();
  }
}
