package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.model.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JobKeyTest {

  @TempDir Path folder;
  private final DefaultCamelContext context = new DefaultCamelContext();

  @Test
  void theSameWishHasTheSameKeyWhateverTheOrderOfItsParameters() throws IOException {
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("b", Map.of("x", 1, "y", 2));
    one.put("a", 2);
    Map<String, Object> other = new LinkedHashMap<>();
    other.put("a", 2);
    other.put("b", Map.of("y", 2, "x", 1));
    assertThat(key("m", "p", "in", one)).isEqualTo(key("m", "p", "in", other));
  }

  @Test
  void anotherWishHasAnotherKey() throws IOException {
    String key = key("m", "p", "in", Map.of());
    assertThat(key).matches("[0-9a-f]{64}");
    assertThat(key("n", "p", "in", Map.of())).isNotEqualTo(key);
    assertThat(key("m", "q", "in", Map.of())).isNotEqualTo(key);
    assertThat(key("m", "p", "out", Map.of())).isNotEqualTo(key);
    assertThat(key("m", "p", "in", Map.of("scale", 3))).isNotEqualTo(key);
    assertThat(key("m", "p", "in", Map.of("seed", 3))).isNotEqualTo(key);
  }

  @Test
  void theParameterFileAndTheConfiguredParametersCount() throws IOException {
    Path params = Files.writeString(folder.resolve("p.yaml"), "scale: 3\nempty:\n");
    JobKey bean = new JobKey();
    bean.setReqKey("m");
    bean.setParams("file:" + params);
    context.getPropertiesComponent().addInitialProperty("volccv.param.width", "512");
    Exchange exchange = exchange("p", "in", Map.of("scale", 5));
    bean.name(exchange);

    assertThat(exchange.getMessage().getHeader("CamelVolcCvJobKey"))
        .isNotEqualTo(key("m", "p", "in", Map.of("scale", 5)));
    assertThat(exchange.getMessage().getHeader("CamelVolcCvParams")).isEqualTo(Map.of("scale", 5));
    assertThat(JobKey.Asked.of(exchange).params())
        .containsEntry("scale", 5)
        .containsEntry("width", "512")
        .containsEntry("empty", null);
  }

  @Test
  void aKeyThatTheJobBroughtIsTheKey() throws IOException {
    Exchange exchange = exchange("p", "in", Map.of());
    exchange.setProperty(
        Job.PROPERTY, new JobReader("queue").json("1", "{\"jobKey\": \"order-4711\"}"));
    new JobKey().name(exchange);
    assertThat(exchange.getMessage().getHeader("CamelVolcCvJobKey")).isEqualTo("order-4711");
    assertThat(JobKey.Asked.of(exchange).jobKey()).isEqualTo("order-4711");
  }

  @Test
  void parametersOfTheTemplateAreBelowThoseOfTheJob() throws IOException {
    Exchange exchange = exchange("p", "in", Map.of("scale", 5));
    exchange.getMessage().setHeader("CamelVolcCvParams", Map.of("scale", 3, "seed", 1));
    new JobKey().name(exchange);
    assertThat(exchange.getMessage().getHeader("CamelVolcCvParams"))
        .isEqualTo(Map.of("scale", 5, "seed", 1));
    assertThat(exchange.getMessage().getHeader("CamelVolcCvJobKey"))
        .isEqualTo(key("", "p", "in", Map.of("seed", 1, "scale", 5)));
  }

  @Test
  void anotherModelHasNotTheParameterFileOfTheConfiguredOne() throws IOException {
    JobKey bean = new JobKey();
    bean.setReqKey("m");
    bean.setParams("file:" + Files.writeString(folder.resolve("p.yaml"), "scale: 3\n"));
    Exchange exchange = exchange("p", "in", Map.of("seed", 1));
    exchange.setProperty(JobRules.REQ_KEY, "n");
    bean.name(exchange);
    assertThat(JobKey.Asked.of(exchange))
        .isEqualTo(
            new JobKey.Asked("n", "p", Map.of("seed", 1), key("n", "p", "in", Map.of("seed", 1))));
  }

  @Test
  void aRouteWithoutJobRulesRefusesChoices() {
    Exchange exchange = exchange("p", "in", Map.of());
    exchange.setProperty(Job.PROPERTY, new JobReader("queue").json("1", "{\"sink\": \"ftp\"}"));
    assertThatThrownBy(() -> new JobKey().name(exchange))
        .isInstanceOf(io.volccv.error.InvalidRequestException.class)
        .hasMessageContaining("this route cannot honour what the job chooses");
  }

  @Test
  void aWrongParameterFileIsNamed() throws IOException {
    Path params = Files.writeString(folder.resolve("p.yaml"), "- scale");
    JobKey bean = new JobKey();
    bean.setParams("file:" + params);
    assertThatThrownBy(() -> bean.name(exchange("p", "in", Map.of())))
        .hasMessageContainingAll("parameter file", "p.yaml", "no map");
  }

  private String key(String reqKey, String prompt, String input, Map<String, Object> params)
      throws IOException {
    JobKey bean = new JobKey();
    bean.setReqKey(reqKey);
    Exchange exchange = exchange(prompt, input, params);
    bean.name(exchange);
    return exchange.getMessage().getHeader("CamelVolcCvJobKey", String.class);
  }

  private Exchange exchange(String prompt, String input, Map<String, Object> params) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setHeader("CamelVolcCvPrompt", prompt);
    exchange.setProperty(Job.PROPERTY, new Job("folder", "a.png", Map.of(), null, params, input));
    return exchange;
  }
}
