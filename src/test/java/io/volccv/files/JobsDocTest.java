package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.volccv.model.Job;
import io.volccv.model.JobPicture;
import io.volccv.model.MapFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/jobs.md} says what the schema says, and its examples are jobs. */
final class JobsDocTest {

  private static final Path DOC = Path.of("docs/jobs.md");
  private static final String BEGIN = "<!-- fields -->\n";
  private static final String END = "<!-- /fields -->";
  private static final Job PLAIN = new Job("folder", "tom.jpg", Map.of(), null, Map.of(), null);

  private final JobReader reader = new JobReader("queue");

  @Test
  void theTableOfFieldsIsTheSchema() throws IOException {
    String doc = Files.readString(DOC);
    int begin = doc.indexOf(BEGIN) + BEGIN.length();
    int end = doc.indexOf(END);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(DOC, doc.substring(0, begin) + table() + doc.substring(end));
      return;
    }
    assertThat(doc.substring(begin, end))
        .as("%s is stale; write it anew: mvn -Dtest=JobsDocTest -Ddocs.write=true test", DOC)
        .isEqualTo(table());
  }

  @Test
  void theSchemaIsOneAndItsExamplesFit() {
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(JobSchema.root()))
        .isEmpty();
    for (String field : JobSchema.fields()) {
      JsonNode example = JobSchema.root().at("/properties/" + field + "/examples/0");
      assertThat(example.isMissingNode()).as("%s has an example", field).isFalse();
      assertThat(JobSchema.check(new ObjectMapper().createObjectNode().set(field, example)))
          .as(field)
          .isEmpty();
    }
    JobSchema.root()
        .at("/properties/pictures/items/properties")
        .fields()
        .forEachRemaining(
            kind ->
                assertThat(
                        reader
                            .map(
                                "1",
                                Map.of(
                                    "pictures",
                                    List.of(
                                        Map.of(
                                            kind.getKey(),
                                            kind.getValue().at("/examples/0").asText()))))
                            .pictures())
                    .as(kind.getKey())
                    .hasSize(1));
  }

  @Test
  void theSidecarIsAJob() throws IOException {
    Path file = Files.createTempFile("tom", ".yaml");
    try {
      Job job = Sidecar.read(Files.writeString(file, blocks("yaml").get(0)), PLAIN);
      assertThat(job.outputName()).isEqualTo("cats/tiger");
      assertThat(job.fields()).isEqualTo(Map.of("style", "oil painting"));
      assertThat(job.params()).isEqualTo(Map.of("scale", 4.5, "seed", 42));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void theMessagesAreJobs() throws IOException {
    List<String> messages = blocks("json");
    Job job = reader.json("1", messages.get(0));
    assertThat(job.choices().jobKey()).isEqualTo("order-4711");
    assertThat(job.choices().priority()).isEqualTo(7);
    assertThat(job.fields()).containsEntry("name", "tiger").containsEntry("folder", "cats");
    assertThat(reader.json("2", messages.get(1)).pictures())
        .containsExactly(new JobPicture.Named("lighthouse.png"));
    assertThat(reader.expand("3", MapFile.parseJson(messages.get(2))))
        .extracting(one -> reader.map("3", one).outputName())
        .containsExactly("cats/tiger-v1", "cats/tiger-v2");
  }

  @Test
  void theRowsAreJobs() throws IOException {
    String[] lines = blocks("csv").get(0).split("\n");
    List<Job> jobs = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      String[] columns = lines[0].split(",");
      String[] cells = lines[i].split(",", -1);
      Map<String, String> row = new LinkedHashMap<>();
      for (int c = 0; c < columns.length; c++) {
        row.put(columns[c], cells[c]);
      }
      jobs.add(reader.map("row-" + i, reader.row(row)));
    }
    assertThat(jobs).extracting(Job::outputName).containsExactly("cats/tiger", "cats/mia");
    assertThat(jobs.get(0).params()).isEqualTo(Map.of("seed", 42));
    assertThat(jobs.get(0).choices().priority()).isEqualTo(7);
    assertThat(jobs.get(1).fields()).doesNotContainKey("style");
    assertThat(jobs.get(1).params()).isEmpty();
  }

  @Test
  void theShippedSidecarIsAJob() throws IOException {
    assertThat(MapFile.parse("chelsea.yaml", Files.readString(Path.of("samples/chelsea.yaml"))))
        .containsKeys("fields", "params");
    assertThat(Sidecar.read(Path.of("samples/chelsea.yaml"), PLAIN).params())
        .isEqualTo(Map.of("scale", 4.5));
  }

  private static String table() {
    StringBuilder table =
        new StringBuilder("| field | what it is | for example |\n|---|---|---|\n");
    for (String field : JobSchema.fields()) {
      JsonNode rule = JobSchema.root().at("/properties/" + field);
      table.append(
          "| `%s` | %s | `%s` |\n"
              .formatted(field, rule.get("description").asText(), rule.at("/examples/0")));
    }
    JobSchema.root()
        .at("/properties/pictures/items/properties")
        .fields()
        .forEachRemaining(
            picture ->
                table.append(
                    "| `pictures[].%s` | %s | `%s` |\n"
                        .formatted(
                            picture.getKey(),
                            picture.getValue().get("description").asText(),
                            picture.getValue().at("/examples/0"))));
    return table.toString();
  }

  private static List<String> blocks(String language) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOC));
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }
}
