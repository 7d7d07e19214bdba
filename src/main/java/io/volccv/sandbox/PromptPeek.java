package io.volccv.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The prompt of a call, whatever its model calls it; also of a JSON text that is not all there. */
final class PromptPeek {
  private static final List<String> NAMES =
      List.of("prompt", "custom_prompt", "edit_prompt", "image_edit_prompt", "positive_prompt");

  private PromptPeek() {}

  static @Nullable String of(@Nullable JsonNode params) {
    if (params == null) {
      return null;
    }
    return NAMES.stream()
        .map(params::path)
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .findFirst()
        .orElse(null);
  }

  static @Nullable String find(byte[] beginning) {
    try (JsonParser parser = Json.MAPPER.createParser(beginning)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean prompt = NAMES.contains(parser.currentName());
        if (parser.nextToken() == JsonToken.VALUE_STRING && prompt) {
          return parser.getText();
        }
        parser.skipChildren();
      }
      return null;
    } catch (IOException e) {
      // The text ends in the middle, as a beginning does; more of it may hold the prompt.
      return null;
    }
  }
}
