package io.volccv.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.InvalidRequestException;
import io.volccv.files.JobReader;
import io.volccv.files.JobRules;
import io.volccv.queue.QueuedJob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read of tables, and what is said of those that are wrong. */
final class TableRowsTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final JobReader READER = new JobReader("csv");

  @TempDir Path folder;

  @Test
  void aRowIsTheJobOfItsColumns() throws IOException {
    assertThat(
            jobs(
                """
                name,fields.style,params.seed,pictures.file,priority
                cats/tiger,oil painting,42,tom.jpg,7
                cats/mia,,,mia.jpg,
                """))
        .containsExactly(
            new QueuedJob(
                """
                {"name":"cats/tiger","fields":{"style":"oil painting"},"params":{"seed":42},\
                "pictures":[{"file":"tom.jpg"}],"priority":7,"jobKey":"csv-0123456789abcdef-2"}""",
                7),
            new QueuedJob(
                """
                {"name":"cats/mia","pictures":[{"file":"mia.jpg"}],\
                "jobKey":"csv-0123456789abcdef-3"}""",
                4));
  }

  @Test
  void aRowKeepsItsOwnKeyAndGetsANameWhenItHasNone() throws IOException {
    assertThat(
            jobs(
                """
                prompt,jobKey,pictures.file
                a cat,order-1,
                a dog,,dogs/rex.png
                """))
        .extracting(QueuedJob::json)
        .containsExactly(
            "{\"prompt\":\"a cat\",\"jobKey\":\"order-1\",\"name\":\"orders/2\"}",
            """
            {"prompt":"a dog","pictures":[{"file":"dogs/rex.png"}],\
            "jobKey":"csv-0123456789abcdef-3","name":"dogs/rex.png"}""");
  }

  @Test
  void variantsAreJobsOfTheirOwn() throws IOException {
    assertThat(jobs("prompt,variants\na cat,3\n"))
        .extracting(QueuedJob::json)
        .hasSize(3)
        .last()
        .asString()
        .contains(
            "\"jobKey\":\"csv-0123456789abcdef-2-v3\"", "\"name\":\"orders/2-v3\"", "\"seed\":3");
  }

  @Test
  void quotedLineBreaksQuotesAndSeparatorsBelongToTheCell() throws IOException {
    assertThat(jobs("prompt\r\n\"a \"\"big\"\" cat,\nat dusk\"\r\n\r\na dog\r\n"))
        .extracting(QueuedJob::json)
        .containsExactly(
            "{\"prompt\":\"a \\\"big\\\" cat,\\nat dusk\",\"jobKey\":\"csv-0123456789abcdef-2\""
                + ",\"name\":\"orders/2\"}",
            "{\"prompt\":\"a dog\",\"jobKey\":\"csv-0123456789abcdef-4\",\"name\":\"orders/4\"}");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8,;", "GBK,;", "GB18030,|", "UTF-8,'\t'"})
  void encodingAndSeparatorAreAsConfigured(String encoding, char separator) throws IOException {
    byte[] table = ("prompt" + separator + "name\n水墨猫" + separator + "a,b\n").getBytes(encoding);

    assertThat(jobs(new TableFormat(Charset.forName(encoding), separator), "猫.csv", table))
        .extracting(QueuedJob::json)
        .containsExactly(
            "{\"prompt\":\"水墨猫\",\"name\":\"a,b\",\"jobKey\":\"csv-0123456789abcdef-2\"}");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstColumn() throws IOException {
    assertThat(jobs("\uFEFFprompt\na cat\n")).hasSize(1);
    assertThat(
            jobs(
                new TableFormat(UTF_8, ','),
                "jobs.jsonl",
                "\uFEFF{\"prompt\": \"a cat\"}\n".getBytes(UTF_8)))
        .hasSize(1);
  }

  @Test
  void aLineOfJsonIsAJobWithAllItsFields() throws IOException {
    byte[] lines =
        """
        {"prompt": "a cat", "params": {"seed": 7, "list": [1, 2]}, "jobKey": "k"}

        {"prompt": "a dog", "priority": 9}"""
            .getBytes(UTF_8);

    assertThat(jobs(new TableFormat(UTF_8, ','), "jobs.jsonl", lines))
        .containsExactly(
            new QueuedJob(
                """
                {"prompt":"a cat","params":{"seed":7,"list":[1,2]},"jobKey":"k","name":"jobs/1"}""",
                4),
            new QueuedJob(
                """
                {"prompt":"a dog","priority":9,"jobKey":"csv-0123456789abcdef-3","name":"jobs/3"}""",
                9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          prompt,priority | a cat,ten        | priority is "ten"
          prompt,name     | a cat,../../x    | has '..' between its slashes
          prompt          | a cat,b          | the row has 2 cells, the header 1
          prompt,sink     | a cat,elsewhere  | a job may not have the sink elsewhere
          prompt,reqKey   | a cat,other      | a job may not have the reqKey other
          prompt,variants | a cat,1000       | variants is 1000
          """)
  void aBadRowSaysWhatIsWrong(String header, String row, String reason) {
    assertThatThrownBy(() -> jobs(header + "\n" + row + "\n"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          promt           | the job has the column promt; did you mean prompt?
          prompt;name     | write csv.separator=; if that is between the cells
          prompt,prompt   | the column prompt is there twice; rename one
          fields          | the job has the column fields; write fields. and a name behind it
          pictures.path   | write one of pictures.base64, pictures.url, pictures.file
          field.style     | did you mean fields.style?
          """)
  void aHeaderThatNoJobHasIsOfTheWholeTable(String header, String reason) {
    assertThatThrownBy(() -> survey(header + "\na,b\n"))
        .isInstanceOf(TableException.class)
        .satisfies(
            e -> assertThat(((TableException) e).asError().getMessage()).contains(reason.strip()));
  }

  @Test
  void aQuotationMarkThatIsMissingIsFoundBeforeAnythingIsQueued() {
    String rows = "\"a cat\"\n".repeat(100) + "\"a dog\n" + "a bird\n".repeat(100);

    assertThatThrownBy(() -> survey("prompt\n" + rows))
        .isInstanceOf(TableException.class)
        .hasMessageStartingWith("row 102 is no CSV");
  }

  @Test
  void anotherEncodingIsFoundBeforeAnythingIsQueued() throws IOException {
    Path table = folder.resolve("a.csv");
    Files.write(table, "prompt\n中文\n".getBytes("GBK"));

    assertThatThrownBy(() -> TableSurvey.of(table, new TableFormat(UTF_8, ','), READER))
        .isInstanceOf(TableException.class)
        .satisfies(
            e ->
                assertThat(((TableException) e).asError().getMessage())
                    .isEqualTo("the table is no text in UTF-8; write csv.encoding=GBK"));
  }

  @Test
  void anEndlessLineIsNotTakenWhole() throws IOException {
    Path table = folder.resolve("a.jsonl");
    Files.writeString(table, "x".repeat(TableFormat.MAX_CHARS + 1));

    assertThatThrownBy(() -> TableSurvey.of(table, new TableFormat(UTF_8, ','), READER))
        .isInstanceOf(TableException.class)
        .hasMessageStartingWith("line 1 has more than");
  }

  @Test
  void anEmptyTableIsRefused() {
    assertThatThrownBy(() -> survey(""))
        .isInstanceOf(TableException.class)
        .hasMessage("the table is empty");
  }

  @Test
  void theReportOfBadRowsIsATableAgain() throws IOException {
    Path table = folder.resolve("orders.csv");
    TableFormat format = new TableFormat(UTF_8, ';');
    List<String> columns = List.of("prompt", "priority");
    try (BadRows report = BadRows.open(table, format, columns, 0)) {
      Row row = new Row(7, List.of("a \"big\";\ncat", "ten"), java.util.Map::of);
      report.add(row, columns, "priority is \"ten\"; write 4");
      assertThat(report.sync()).isPositive();
    }
    String text = Files.readString(BadRows.file(table));

    assertThat(text)
        .isEqualTo(
            "\uFEFFerror.row;error.reason;prompt;priority\n"
                + "7;\"priority is \"\"ten\"\"; write 4\";\"a \"\"big\"\";\ncat\";ten\n");
    assertThat(jobs(format, "orders.csv", text.replace(";ten", ";9").getBytes(UTF_8)))
        .singleElement()
        .extracting(QueuedJob::priority)
        .isEqualTo(9);
  }

  private TableSurvey survey(String table) throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, table);
    return TableSurvey.of(file, new TableFormat(UTF_8, ','), READER);
  }

  private static List<QueuedJob> jobs(String csv) throws IOException {
    return jobs(new TableFormat(UTF_8, ','), "orders.csv", csv.getBytes(UTF_8));
  }

  private static List<QueuedJob> jobs(TableFormat format, String name, byte[] table)
      throws IOException {
    JobRules rules = new JobRules();
    rules.setReqKey("model");
    rules.setTo("direct:to-folder");
    RowJobs made = new RowJobs(name, HASH, READER, rules);
    List<QueuedJob> jobs = new ArrayList<>();
    try (Rows rows = format.rows(name, new ByteArrayInputStream(table), READER)) {
      for (Row row = rows.next(); row != null; row = rows.next()) {
        jobs.addAll(made.of(row));
      }
    }
    return jobs;
  }
}
