package io.volccv.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The prompt in the beginning of a JSON text, as soon as it is there. */
final class PromptPeek {
  private PromptPeek() {}

  static @Nullable String find(byte[] beginning) {
    try (JsonParser parser = Json.MAPPER.createParser(beginning)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean prompt = parser.currentName().equals("prompt");
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
