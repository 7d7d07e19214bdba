package io.volccv.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** The fields of both envelopes and their JSON types, as the vendor documents them. */
final class Envelopes {
  private static final String GO_DURATION = "([0-9.]+(h|m|s|ms|µs|ns))+";

  private Envelopes() {}

  static void assertSuccess(JsonNode json) {
    assertThat(json.path("code").isInt()).isTrue();
    assertThat(json.path("code").intValue()).isEqualTo(10000);
    assertOuter(json);
    JsonNode data = json.path("data");
    assertThat(data.isObject()).isTrue();
    assertThat(data.at("/algorithm_base_resp/status_code").isInt()).isTrue();
    assertThat(data.at("/algorithm_base_resp/status_message").isTextual()).isTrue();
    assertThat(data.path("binary_data_base64").isArray()).isTrue();
    assertThat(data.path("image_urls").isArray()).isTrue();
    for (String text :
        new String[] {
          "llm_result",
          "pe_result",
          "predict_tags_result",
          "rephraser_result",
          "request_id",
          "vlm_result"
        }) {
      assertThat(data.path(text).isTextual()).as(text).isTrue();
    }
    assertThat(data.path("infer_ctx").path("params").isObject()).isTrue();
    assertThat(data.path("infer_ctx").path("algorithm_key").isTextual()).isTrue();
  }

  static void assertError(JsonNode json) {
    JsonNode metadata = json.path("ResponseMetadata");
    if (metadata.isMissingNode()) {
      assertThat(json.path("code").isInt()).isTrue();
      assertThat(json.path("data").isNull()).isTrue();
      assertOuter(json);
      return;
    }
    assertThat(json.has("code")).isFalse();
    for (String text : new String[] {"RequestId", "Service", "Region"}) {
      assertThat(metadata.path(text).isTextual()).as(text).isTrue();
    }
    JsonNode error = metadata.path("Error");
    assertThat(error.path("Code").isTextual()).isTrue();
    assertThat(error.path("Message").isTextual()).isTrue();
    assertThat(error.path("CodeN").isMissingNode() || error.path("CodeN").isInt()).isTrue();
  }

  private static void assertOuter(JsonNode json) {
    assertThat(json.path("message").isTextual()).isTrue();
    assertThat(json.path("request_id").isTextual()).isTrue();
    assertThat(json.path("request_id").asText()).isNotEmpty();
    assertThat(json.path("status").isInt()).isTrue();
    assertThat(json.path("status")).isEqualTo(json.path("code"));
    assertThat(json.path("time_elapsed").asText()).matches(GO_DURATION);
  }
}
