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
        .hasMessageContaining("template t gave an empty prompt");
    Job job = new Job("folder", "a.png", Map.of(), "\n", Map.of(), null);
    assertThatThrownBy(() -> evaluate("t", with(job))).hasMessageContaining("a.png is empty");
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
