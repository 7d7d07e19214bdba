package io.volccv.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.InvalidRequestException;
import io.volccv.model.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.SimpleMain;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptLanguageTest {

  @TempDir Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private PromptLanguage language;

  @BeforeEach
  void findTheLanguageByItsName() {
    context.start();
    language = (PromptLanguage) context.resolveLanguage("prompt");
    language.setFolder(folder.toString());
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void fieldsOfTheJobFillTheTemplateWithoutEscaping() throws IOException {
    template("restyle", "{{name}} & co., {{style}}\n");
    assertThat(prompt("restyle", Map.of("name", "Tom's <cat>", "style", "水彩")))
        .isEqualTo("Tom's <cat> & co., 水彩");
  }

  @Test
  void numbersAndListsCanBeUsed() throws IOException {
    template(
        "t", "{{count}} cats:{{#cats}} {{name}} ({{count}}){{/cats}}{{#tags}} #{{.}}{{/tags}}");
    assertThat(
            prompt(
                "t",
                Map.of("count", 2, "cats", List.of(Map.of("name", "Tom")), "tags", List.of("a"))))
        .isEqualTo("2 cats: Tom (2) #a");
  }

  @Test
  void aMapBodyGivesTheFieldsWhenThereIsNoJobAndHeadersFillIn() throws IOException {
    template("t", "{{name}} {{style}} {{mood}}");
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(Map.of("name", "Tom", "style", "oil"));
    exchange.getMessage().setHeader("style", "of the header");
    exchange.getMessage().setHeader("mood", "calm");
    assertThat(evaluate("t", exchange)).isEqualTo("Tom oil calm");
  }

  @Test
  void headersOfCamelAreNoFields() throws IOException {
    template("t", "{{CamelSecret}}");
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setHeader("CamelSecret", "x");
    assertThatThrownBy(() -> evaluate("t", exchange)).hasMessageContaining("CamelSecret");
  }

  @Test
  void aWholePromptOfTheJobIsTheResult() throws IOException {
    template("t", "{{missing}}");
    Job job = new Job("folder", "a.png", Map.of(), " {{not a field}} ", Map.of(), null);
    assertThat(evaluate("t", with(job))).isEqualTo("{{not a field}}");
  }

  @Test
  void anEmptyPromptIsAnError() throws IOException {
    template("t", "  {{name}}\n ");
    assertThatThrownBy(() -> prompt("t", Map.of("name", " ")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("template t: the prompt is empty");
    Job job = new Job("folder", "a.png", Map.of(), "\n", Map.of(), null);
    assertThatThrownBy(() -> evaluate("t", with(job))).hasMessageContaining("a.png is empty");
    Job hidden = new Job("folder", "a.png", Map.of(), "a\u0007cat", Map.of(), null);
    assertThatThrownBy(() -> evaluate("t", with(hidden)))
        .hasMessageContaining("a.png has the control character U+0007; take it out");
  }

  @Test
  void aMissingFieldIsNamedWithTemplateAndLine() throws IOException {
    template("restyle", "a\n{{name}}\n{{subject}}\n");
    assertThatThrownBy(() -> prompt("restyle", Map.of("name", "Tom")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContainingAll("restyle, line 3", "'subject'", "sidecar")
        .extracting("stage")
        .isEqualTo("prompt");
  }

  @Test
  void aNullFieldIsAsMissing() throws IOException {
    template("t", "{{name}}");
    Map<String, Object> fields = new java.util.HashMap<>();
    fields.put("name", null);
    assertThatThrownBy(() -> prompt("t", fields)).hasMessageContaining("'name'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{cat.age}}",
        "{{dog.age}}",
        "{{#dog}}x{{/dog}}",
        "{{#cat}}{{age}}{{/cat}}",
        "{{entrySet}}",
        "{{size}}",
        "{{cat.size}}",
        "{{cat.entrySet}}",
        "{{name.length}}",
        "{{name.class}}",
        "{{name.bytes}}"
      })
  void whatIsNoFieldIsAnError(String text) throws IOException {
    template("t", "ok " + text);
    assertThatThrownBy(() -> prompt("t", Map.of("name", "Tom", "cat", Map.of("colour", "black"))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("template t");
  }

  @Test
  void aMapOrAListIsNoText() throws IOException {
    template("t", "{{cat}}");
    assertThatThrownBy(() -> prompt("t", Map.of("cat", Map.of("secret", 1))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("section");
  }

  @Test
  void aDefaultMakesAFieldOptionalForItsSectionsOnly() throws IOException {
    template("t", "a {{#style}}{{style}}{{/style}}{{^style}}plain{{/style}} cat");
    assertThat(prompt("t", Map.of())).isEqualTo("a plain cat");
    assertThat(prompt("t", Map.of("style", ""))).isEqualTo("a plain cat");
    assertThat(prompt("t", Map.of("style", "red"))).isEqualTo("a red cat");

    template("u", "{{^style}}plain{{/style}} {{style}}");
    assertThatThrownBy(() -> prompt("u", Map.of())).hasMessageContaining("'style'");
  }

  @Test
  void aDefaultWorksInsideAListWhereTheOuterFieldStillCounts() throws IOException {
    template("t", "{{#cats}}{{#tint}}{{tint}}{{/tint}}{{^tint}}grey{{/tint}} {{/cats}}");
    List<Map<String, Object>> cats = List.of(Map.of("tint", "red"), Map.of());
    assertThat(prompt("t", Map.of("cats", cats))).isEqualTo("red grey");
    assertThat(prompt("t", Map.of("cats", cats, "tint", "blue"))).isEqualTo("red blue");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a cat\n{{subject\n",
        "a cat\n{{subject} and {{name}}",
        "a cat\n{{",
        "a cat\n{{}}",
        "a cat\nsubject}}",
        "a cat\n{{{subject}} x",
        "a cat\n{{=<% %>=}}<% subject %>",
        "a cat\n{{#subject}}x",
      })
  void anUnclosedTagStopsTheStart(String text) throws IOException {
    template("broken", text);
    assertThatThrownBy(() -> language.createExpression("broken"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("broken")
        .hasMessageContaining("line 2");
  }

  @Test
  void partialsComeFromTheSameFolder() throws IOException {
    template("t", "{{>head}}, {{>tail}}");
    template("head", "a {{name}}");
    template("tail", "oil");
    assertThat(prompt("t", Map.of("name", "cat"))).isEqualTo("a cat, oil");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{{>../secret}}", "{{>/etc/passwd}}", "{{>absent}}", "{{>t}}", "{{>loop}}"})
  void otherPartialsAreRefused(String text) throws IOException {
    Files.writeString(folder.resolveSibling("secret.mustache"), "secret");
    template("loop", "{{>t}}");
    template("t", text);
    assertThatThrownBy(() -> language.createExpression("t"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("template");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../restyle", "a/b", "a b", "{{name}}", "a\u0000b"})
  void aNameThatIsAPathOrATextIsRefused(String name) {
    assertThatThrownBy(() -> language.createExpression(name))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("plain name");
  }

  @Test
  void aMissingTemplateStopsTheStartOfTheRoute() {
    assertThatThrownBy(
            () ->
                context.addRoutes(
                    new RouteBuilder() {
                      @Override
                      public void configure() {
                        from("direct:a").setBody().language("prompt", "absent");
                      }
                    }))
        .hasStackTraceContaining(InvalidRequestException.class.getName())
        .hasStackTraceContaining("there is no prompt template absent: " + folder);
  }

  @Test
  void aChangedTemplateOrPartialIsReadAgain() throws IOException {
    template("t", "one {{>p}}");
    template("p", "cat");
    assertThat(prompt("t", Map.of())).isEqualTo("one cat");
    template("t", "two {{>p}}");
    assertThat(prompt("t", Map.of())).isEqualTo("two cat");
    template("p", "dog");
    Files.setLastModifiedTime(folder.resolve("p.mustache"), FileTime.fromMillis(1));
    assertThat(prompt("t", Map.of())).isEqualTo("two dog");
    Files.delete(folder.resolve("t.mustache"));
    assertThatThrownBy(() -> prompt("t", Map.of())).hasMessageContaining("does not exist");
  }

  @Test
  void aTemplateThatIsNotUtf8IsAnError() throws IOException {
    Files.write(folder.resolve("t.mustache"), new byte[] {'a', (byte) 0xe4, 'b'});
    assertThatThrownBy(() -> language.createExpression("t")).hasMessageContaining("UTF-8");
  }

  @Test
  void theFolderIsAPropertyOfTheApp() throws Exception {
    template("t", "hello");
    SimpleMain main = new SimpleMain(new DefaultCamelContext());
    main.addInitialProperty("camel.language.prompt.folder", folder.toString());
    main.start();
    try {
      assertThat(((PromptLanguage) main.getCamelContext().resolveLanguage("prompt")).getFolder())
          .isEqualTo(folder.toString());
    } finally {
      main.stop();
    }
  }

  @Test
  void frontMatterDeclaresFieldsWithTypesAndDefaults() throws IOException {
    template(
        "t",
        """
        ---
        fields:
          name: {type: string, maxLength: 10, description: what it shows}
          count: {type: integer, default: 2}
          scale: {type: number, default: 0.5}
          night: {type: boolean, default: false}
          mood: {required: false}
          tags: {type: list, default: [a, b]}
        ---
        {{count}} {{name}} x{{scale}}{{#night}} at night{{/night}}{{#mood}} {{mood}}{{/mood}}{{#tags}} #{{.}}{{/tags}}
        """);
    assertThat(prompt("t", Map.of("name", " cats\n"))).isEqualTo("2 cats x0.5 #a #b");
    assertThat(
            prompt(
                "t",
                Map.of(
                    "name",
                    7,
                    "count",
                    "3",
                    "scale",
                    "1.50",
                    "night",
                    "TRUE",
                    "mood",
                    "calm",
                    "tags",
                    List.of("x"),
                    "file",
                    "a.png",
                    "folder",
                    "")))
        .isEqualTo("3 7 x1.50 at night calm #x");
    assertThat(prompt("t", Map.of("name", "cats", "mood", " ", "tags", List.of())))
        .isEqualTo("2 cats x0.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "name | ``                 | there is no field 'name' (what it shows); it declares name, count (optional), tags (optional); give it",
        "nam | cat                 | it has no field 'nam'; it declares name, count (optional), tags (optional); did you mean name?",
        "zebra | cat               | it has no field 'zebra'; it declares name, count (optional), tags (optional); leave it out",
        "name | 12345678901        | the field 'name' has 11 characters, at most 10 may be; shorten it",
        "name | a\u0007b          | the field 'name' has the control character U+0007; take it out",
        "name | a\ud800           | the field 'name' has the control character U+D800; take it out",
        "count | many              | the field 'count' is \"many\"; write a whole number (how many)",
        "count | 1.5               | the field 'count' is \"1.5\"; write a whole number",
        "count | 1e999999999       | the field 'count' is \"1e999999999\"; write a whole number",
        "tags | a                  | the field 'tags' is \"a\"; write a list",
      })
  void aFieldThatIsNotAsDeclaredIsNamed(String field, String value, String message)
      throws IOException {
    template(
        "t",
        """
        ---
        fields:
          name: {maxLength: 10, description: what it shows}
          count: {type: integer, default: 1, description: how many}
          tags: {type: list, required: false}
        ---
        {{count}} {{name}}{{#tags}} {{.}}{{/tags}}
        """);
    Map<String, Object> fields = new java.util.HashMap<>(Map.of("name", "cat"));
    fields.put(field, value);
    assertThatThrownBy(() -> prompt("t", fields))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("prompt template t: ")
        .hasMessageContaining(message);
  }

  @Test
  void entriesOfAListAreCheckedToo() throws IOException {
    template(
        "t", "---\nfields: {cats: {type: list, maxLength: 3}}\n---\n{{#cats}}{{name}} {{/cats}}");
    assertThat(prompt("t", Map.of("cats", List.of(Map.of("name", "Tom"), Map.of("name", "Kim")))))
        .isEqualTo("Tom Kim");
    assertThatThrownBy(() -> prompt("t", Map.of("cats", List.of(Map.of("name", "Thomas")))))
        .hasMessageContaining("'cats' has 6 characters");
    assertThatThrownBy(() -> prompt("t", Map.of("cats", List.of(Map.of("name", "a\u0000")))))
        .hasMessageContaining("'cats' has the control character U+0000");
  }

  @Test
  void headersAreNoMistakesOfTheJob() throws IOException {
    template("t", "---\nfields: {name: {}, mood: {}}\n---\n{{name}} {{mood}}");
    Exchange exchange = with(new Job("folder", "a.png", Map.of("name", "x"), null, Map.of(), null));
    exchange.getMessage().setHeader("Content-Type", "image/png");
    exchange.getMessage().setHeader("mood", "calm");
    assertThat(evaluate("t", exchange)).isEqualTo("x calm");
  }

  @Test
  void valuesAreNeverTemplates() throws IOException {
    template("t", "---\nfields: {name: {}}\n---\n{{name}}");
    assertThat(prompt("t", Map.of("name", "{{file}} {{>t}} {{#name}}")))
        .isEqualTo("{{file}} {{>t}} {{#name}}");
  }

  @Test
  void controlCharactersAreRefusedInUndeclaredFieldsToo() throws IOException {
    template("t", "a\n{{name}}");
    assertThatThrownBy(() -> prompt("t", Map.of("name", "a\u001b[2J")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContainingAll("t, line 2, field 'name'", "U+001B");
  }

  @Test
  void negativePromptAndParametersOfTheTemplateAreAMap() throws IOException {
    template(
        "t",
        """
        ---
        fields: {name: {}, unwanted: {required: false}}
        negative_prompt: "text{{#unwanted}}, {{unwanted}}{{/unwanted}}"
        params:
          scale: 4.5
          controlnet_args: [{type: canny}]
        ---
        {{name}}
        """);
    Job job =
        new Job("folder", "a.png", Map.of("name", "x", "unwanted", "cats"), null, Map.of(), null);
    assertThat(language.createExpression("t#params").evaluate(with(job), Map.class))
        .isEqualTo(
            Map.of(
                "scale",
                4.5,
                "controlnet_args",
                List.of(Map.of("type", "canny")),
                "negative_prompt",
                "text, cats"));

    Job whole = new Job("folder", "a.png", Map.of(), "a prompt", Map.of(), null);
    assertThat(language.createExpression("t#params").evaluate(with(whole), Object.class)).isNull();
    template("plain", "{{name}}");
    assertThat(language.createExpression("plain#params").evaluate(with(job), Object.class))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fields: {name: {}}~---~ok {{nam}}             | t, line 4: the field 'nam' is not declared; did you mean name?",
        "fields: {tags: list}~---~~{{tags}}            | t, line 5: the field 'tags' is a list; use it as a section",
        "fields:~  a: {type: text}~---                 | t, line 3: the field a has the type \"text\"; write one of string, integer",
        "fields:~  a: {typ: string}~---                | t, line 3: the field a has the key typ; did you mean type?",
        "fields:~  a:~    default: x~    required: true~--- | t, line 3: the field a is required and has a default",
        "fields:~  a: {type: integer, default: x}~---  | t, line 3: the field a is \"x\"; write a whole number",
        "description: x~field: {}~---                  | t, line 3: the front matter has the key field; did you mean fields?",
        "params: {a: 1}~fields: [a]~---                | t, line 3: fields is no map",
        "params:~  req_key: x~---                      | t, line 3: params has req_key; the route says what it is",
        "params:~  negative_prompt: x~---              | t, line 3: params has negative_prompt; write it beside params",
        "negative_prompt: [a]~---                      | t, line 2: negative_prompt is no text",
        "fields: {a: {}}~negative_prompt: '{{b}}'~---~{{a}} | t#negative_prompt, line 3: the field 'b' is not declared",
        "fields: {a: {}}~negative_prompt: PIPE~  x~  {{b}}~---~{{a}} | t#negative_prompt, line 5: the field 'b' is not declared",
        "maxLength: many~---                           | t, line 2: it has maxLength: \"many\"; write how many characters",
        "fields: {a: {}}~{{a}}                         | t, line 1: the front matter is not closed; write ---",
        "fields: {a: [}~---                            | the front matter is not valid YAML, line 2",
        "fields: {a: {}}~---~{{a}}~{{#a}}              | line 5",
        "fields: {a: {}}~---~{{a}} {{>p}}              | p, line 3: the field 'bottle' is not declared; declare it in the front matter of t",
      })
  void aWrongTemplateStopsTheStartWithFileAndLine(String text, String message) throws IOException {
    template("p", "a\n\n{{bottle}}");
    template("t", "---\n" + text.replace('~', '\n').replace("PIPE", "|") + "\n");
    assertThatThrownBy(() -> language.createExpression("t"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anErrorInAPartialNamesThePartial() throws IOException {
    template("t", "a {{>p}}");
    template("p", "one\ntwo\n{{missing}}");
    assertThatThrownBy(() -> prompt("t", Map.of())).hasMessageContaining("p, line 3: there is no");
    template("p", "one\n{{#open}}");
    assertThatThrownBy(() -> language.createExpression("t")).hasMessageContaining("template p:");
  }

  @Test
  void aPartialBringsItsFieldsAndMayBeAnEntryOfAList() throws IOException {
    template(
        "t", "---\nfields: {cats: {type: list}}\n---\n{{#cats}}{{>cat}}{{/cats}}in {{>style}}.");
    template("cat", "{{name}} ({{age}}), ");
    template(
        "style", "---\nfields: {style: {default: oil}}\nparams: {scale: 9}\n---\n{{style}} paint");
    List<Map<String, Object>> cats = List.of(Map.of("name", "Tom", "age", 3));
    assertThat(prompt("t", Map.of("cats", cats))).isEqualTo("Tom (3), in oil paint.");
    assertThat(prompt("t", Map.of("cats", cats, "style", "ink")))
        .isEqualTo("Tom (3), in ink paint.");
    Job job = new Job("folder", "a.png", Map.of("cats", cats), null, Map.of(), null);
    assertThat(language.createExpression("t#params").evaluate(with(job), Object.class)).isNull();
  }

  @Test
  void whatIsWrittenWithoutAValueIsNotSaid() throws IOException {
    template(
        "t", "---\ndescription:\nfields:\n  name: {type: , description: }\nparams:\n---\n{{name}}");
    assertThat(prompt("t", Map.of("name", "x"))).isEqualTo("x");
    assertThatThrownBy(() -> prompt("t", Map.of()))
        .hasMessageContaining("field 'name'; it declares");
    template("empty", "---\n---\nok");
    assertThat(prompt("empty", Map.of("name", "x"))).isEqualTo("ok");
    template("windows", "---\r\nfields: {name: {}}\r\n---\r\n{{name}} {{#open}}\r\n");
    assertThatThrownBy(() -> language.createExpression("windows")).hasMessageContaining("line 4");
  }

  @Test
  void aPromptThatIsTooLongIsRefused() throws IOException {
    template("t", "---\nmaxLength: 5\n---\n{{name}}");
    assertThat(prompt("t", Map.of("name", "\ud83d\ude3a".repeat(5)))).hasSize(10);
    assertThatThrownBy(() -> prompt("t", Map.of("name", "abcdef")))
        .hasMessageContaining("the prompt has 6 characters, at most 5 may be; shorten the fields");
  }

  @Test
  void theRicherShippedTemplateUsesAllOfIt() {
    language.setFolder("config/prompts");
    Job job =
        new Job(
            "folder",
            "mug.jpg",
            Map.of("name", "a mug", "colours", List.of("teal", "sand"), "people", true),
            null,
            Map.of(),
            null);
    assertThat(evaluate("product", with(job)))
        .isEqualTo(
            "a mug, product photograph in a plain studio,\n"
                + "dominant colours: teal, sand,\n"
                + "soft light from the left, fine grain, high detail");
    assertThat(language.createExpression("product#params").evaluate(with(job), Map.class))
        .isEqualTo(Map.of("scale", 4.0, "negative_prompt", "text, watermark"));
    assertThat(prompt("product", Map.of("name", "a mug"))).doesNotContain("colours");
  }

  @Test
  void theShippedTemplateWorksWithNothingButAName() {
    language.setFolder("config/prompts");
    assertThat(prompt("restyle", Map.of("name", "tabby cat"))).startsWith("tabby cat,\nwater");
    assertThat(prompt("restyle", Map.of("name", "cat", "style", "oil", "mood", "dusk")))
        .startsWith("cat,\noil,\ndusk,\nkeep");
  }

  private void template(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name + ".mustache"), text);
  }

  private String prompt(String name, Map<String, Object> fields) {
    return evaluate(name, with(new Job("folder", "a.png", fields, null, Map.of(), null)));
  }

  private String evaluate(String name, Exchange exchange) {
    return language.createExpression(name).evaluate(exchange, String.class);
  }

  private Exchange with(Job job) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setProperty(Job.PROPERTY, job);
    return exchange;
  }
}
