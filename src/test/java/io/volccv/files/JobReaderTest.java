package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.InvalidRequestException;
import io.volccv.model.Job;
import io.volccv.model.JobPicture;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link JobReader} and {@link JobRules}: what a job may say, and what it may choose. */
final class JobReaderTest {

  private final JobReader reader = new JobReader("queue");

  @Test
  void aJobHasEverythingThatTheSchemaNames() {
    Job job =
        reader.json(
            "message-1",
            """
            {"name": "cats/tom_cat", "fields": {"style": "oil"}, "prompt": "a cat",
             "params": {"scale": 4.5, "seed": 42}, "reqKey": "model_y", "operation": "process",
             "sink": "ftp", "jobKey": "order-4711", "priority": 9,
             "pictures": [{"base64": "iVBORw0KGgo="}, {"url": "https://example.com/a.png?x=y"},
                          {"file": "in/tom.jpg"}]}
            """);
    assertThat(job.source()).isEqualTo("queue");
    assertThat(job.name()).isEqualTo("message-1");
    assertThat(job.outputName()).isEqualTo("cats/tom_cat");
    assertThat(job.fields())
        .isEqualTo(Map.of("name", "tom cat", "file", "tom_cat", "folder", "cats", "style", "oil"));
    assertThat(job.prompt()).isEqualTo("a cat");
    assertThat(job.params()).isEqualTo(Map.of("scale", 4.5, "seed", 42));
    assertThat(job.choices())
        .isEqualTo(new Job.Choices("cats/tom_cat", "model_y", "process", "ftp", "order-4711", 9));
    assertThat(job.pictures())
        .containsExactly(
            new JobPicture.Inline("iVBORw0KGgo="),
            new JobPicture.Remote("https://example.com/a.png?x=y"),
            new JobPicture.Named("in/tom.jpg"));
    assertThat(job.toString()).doesNotContain("iVBOR").doesNotContain("x=y");
  }

  @Test
  void aJobThatChoosesNothingIsAsConfigured() {
    assertThat(reader.json("1", "{}"))
        .isEqualTo(new Job("queue", "1", Map.of(), null, Map.of(), null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'promt': 'x'}            | there is no field promt; did you mean prompt?",
        "{'model': 'x'}            | there is no field model; write one of name, prompt, fields",
        "{'req_key': 'x'}          | there is no field req_key; did you mean reqKey?",
        "{'prompt': 3}             | prompt is 3; write a text of 1 to",
        "{'prompt': ''}            | prompt is empty; write a text",
        "{'fields': []}            | fields is a list; write names and values, for example {\"style\":\"oil\"}",
        "{'priority': 10}          | priority is 10; write a whole number from 0 to 9, for example 4",
        "{'priority': 1.5}         | priority is 1.5; write a whole number",
        "{'operation': 'cancel'}   | operation is \"cancel\"; write generate or process",
        "{'reqKey': 'a&b'}         | reqKey is \"a&b\"; write a text, for example \"jimeng_t2i_v40\"",
        "{'reqKey': 'a\\n'}        | reqKey is",
        "{'jobKey': 'a b'}         | jobKey is \"a b\"; write a text",
        "{'sink': 'direct:x'}      | sink is \"direct:x\"; write a text",
        "{'name': '../x'}          | name '../x' has '..' between its slashes; write a path below",
        "{'name': '/x'}            | name '/x' is absolute; write a path below the folder",
        "{'pictures': []}          | pictures has 0 entries; write a list of 1 to 20",
        "{'pictures': [{}]}        | pictures[0] has 0 entries; write one of base64, url, file",
        "{'pictures': [{'file': 'a', 'url': 'https://a'}]} | pictures[0] has 2 entries",
        "{'pictures': [{'path': '/etc/passwd'}]} | there is no field path in pictures[0]; write one of",
        "{'pictures': [{'url': 'file:///etc/passwd'}]} | pictures[0].url is another text; write a text",
        "{'pictures': [{'url': 'http://a'}]} | pictures[0].url",
        "{'pictures': [{'base64': 'data:x'}]} | pictures[0].base64 is another text",
        "{'pictures': [{'file': '../a'}]} | pictures[0].file '../a' has '..'",
        "[1]                       | holds no map of names and values; write a JSON object",
        "{'prompt': 'a'            | not valid JSON",
      })
  void whatIsWrongIsSaidWithWhatToWrite(String json, String message) {
    assertThatThrownBy(() -> reader.json("1", json.replace('\'', '"')))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("the job")
        .hasMessageContaining(message);
  }

  @Test
  void whatASourceCannotHonourIsRefused() {
    assertThatThrownBy(() -> new JobReader("http", "priority").json("1", "{\"priority\": 4}"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the source http cannot honour priority; leave it out");
  }

  @Test
  void aRowHasItsTypes() {
    Job job =
        row(
            Map.of(
                "name", "tom",
                "fields.style", " oil ",
                "fields.mood", "",
                "params.scale", "4.5",
                "params.use_sr", "true",
                "params.model_version", "2.0",
                "priority", "7",
                "pictures.file", "cats/tom.jpg"));
    assertThat(job.fields()).containsEntry("style", "oil").doesNotContainKey("mood");
    assertThat(job.params()).isEqualTo(Map.of("scale", 4.5, "use_sr", true, "model_version", 2.0));
    assertThat(job.choices().priority()).isEqualTo(7);
    assertThat(job.pictures()).isEqualTo(List.of(new JobPicture.Named("cats/tom.jpg")));
  }

  @Test
  void aWrongColumnIsNamed() {
    assertThatThrownBy(() -> row(Map.of("style", "oil")))
        .hasMessageContaining("there is no field style");
    assertThatThrownBy(() -> row(Map.of("field.style", "oil")))
        .hasMessageContaining("column field.style; did you mean fields.style?");
    assertThatThrownBy(() -> row(Map.of("priority", "high")))
        .hasMessageContaining("priority is \"high\"; write a whole number from 0 to 9");
  }

  @Test
  void variantsAreJobsOfTheirOwnAndTheSameEveryTime() {
    Map<String, Object> values =
        Map.of(
            "name", "cats/tom.png", "jobKey", "order-1", "variants", 3, "params", Map.of("n", 1));
    List<Map<String, Object>> jobs = reader.expand("1", values);
    assertThat(jobs).isEqualTo(reader.expand("1", values)).hasSize(3);
    List<Job> read = jobs.stream().map(job -> reader.map("1", job)).toList();
    assertThat(read)
        .extracting(Job::outputName)
        .containsExactly("cats/tom-v1.png", "cats/tom-v2.png", "cats/tom-v3.png");
    assertThat(read)
        .extracting(job -> job.choices().jobKey())
        .containsExactly("order-1-v1", "order-1-v2", "order-1-v3");
    assertThat(read)
        .extracting(Job::params)
        .containsExactly(
            Map.of("n", 1, "seed", 1L), Map.of("n", 1, "seed", 2L), Map.of("n", 1, "seed", 3L));
    assertThat(read.get(2).fields()).containsEntry("name", "tom").containsEntry("folder", "cats");
  }

  @Test
  void variantsCanSayWhatIsDifferent() {
    List<Map<String, Object>> jobs =
        reader.expand(
            "row-7",
            Map.of(
                "fields", Map.of("name", "a cat", "style", "oil"),
                "params", Map.of("seed", 5, "scale", 3),
                "variants",
                    List.of(
                        Map.of("fields", Map.of("style", "ink")),
                        Map.of("prompt", "a dog", "params", Map.of("scale", 4)))));
    Job ink = reader.map("1", jobs.get(0));
    assertThat(ink.outputName()).isEqualTo("row-7-v1");
    assertThat(ink.fields()).containsEntry("style", "ink").containsEntry("name", "a cat");
    assertThat(ink.params()).isEqualTo(Map.of("seed", 5, "scale", 3));
    Job dog = reader.map("1", jobs.get(1));
    assertThat(dog.prompt()).isEqualTo("a dog");
    assertThat(dog.fields()).containsEntry("style", "oil");
    assertThat(dog.params()).isEqualTo(Map.of("seed", 5, "scale", 4));
  }

  @Test
  void aJobWithoutVariantsIsTheOnlyOne() {
    assertThat(reader.expand("1", Map.of("prompt", "x"))).containsExactly(Map.of("prompt", "x"));
    assertThat(reader.expand("1", Map.of("variants", 2, "params", Map.of("seed", 40))))
        .extracting(job -> String.valueOf(job.get("params")))
        .containsExactly("{seed=40}", "{seed=41}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'variants': 1}      | variants is 1; write a whole number from 2 to 20, or a list of 2 to 20",
        "{'variants': 1000}   | variants is 1000",
        "{'variants': 'x'}    | variants is \"x\"",
        "{'variants': [{}, {}]} | variants[0] has 0 entries; write prompt, fields, params, for example",
        "{'variants': [{'sink': 'a'}, {}]} | there is no field sink in variants[0]",
        "{'variants': [{'prompt': 3}, {'prompt': 'x'}]} | variants[0].prompt is 3; write a text of 1",
        "{'variants': 2}      | the source queue cannot honour variants; leave it out",
      })
  void variantsThatCannotBeAreRefused(String json, String message) {
    assertThatThrownBy(() -> reader.json("1", json.replace('\'', '"')))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theConfigurationSaysWhichModelAndSinkAJobMayHave() {
    assertThat(applied("{}").getProperty(JobRules.TO)).isEqualTo("direct:to-folder,direct:to-ftp");
    assertThat(applied("{}").getProperty(JobRules.OPERATION)).isEqualTo("generate");
    assertThat(applied("{}").getProperty(JobRules.REQ_KEY)).isNull();

    Exchange chosen =
        applied("{\"reqKey\": \"model_y\", \"sink\": \"ftp\", \"operation\": \"process\"}");
    assertThat(chosen.getProperty(JobRules.REQ_KEY)).isEqualTo("model_y");
    assertThat(chosen.getProperty(JobRules.TO)).isEqualTo("direct:to-ftp");
    assertThat(chosen.getProperty(JobRules.OPERATION)).isEqualTo("process");
    assertThat(applied("{\"reqKey\": \"model_x\"}").getProperty(JobRules.REQ_KEY)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"reqKey\": \"model_z\"}", "{\"sink\": \"elsewhere\"}"})
  void otherChoicesAreRefusedWithThoseThatThereAre(String json) {
    assertThatThrownBy(() -> applied(json))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            json.contains("sink") ? "write folder or ftp" : "write model_x or model_y");
  }

  private Job row(Map<String, String> row) {
    return reader.map("orders.csv-2", reader.row(row));
  }

  private Exchange applied(String json) {
    JobRules rules = new JobRules();
    rules.setReqKey("model_x");
    rules.setReqKeys(" model_y ,");
    rules.setTo("direct:to-folder,direct:to-ftp");
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setProperty(Job.PROPERTY, reader.json("1", json));
    rules.apply(exchange);
    return exchange;
  }
}
