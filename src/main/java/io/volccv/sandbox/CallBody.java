package io.volccv.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body after it went by: its JSON with every long string replaced by a placeholder, and
 * what became of those strings.
 *
 * @param skeleton the JSON text
 * @param uploads the long strings, in the order of their placeholders
 * @param tooLarge whether parts of the JSON were dropped because there was too much of it
 * @param sha256 of the bytes as they came, lower-case hex
 * @param size of the bytes as they came
 */
record CallBody(byte[] skeleton, List<Upload> uploads, boolean tooLarge, String sha256, long size) {
  private static final String PLACEHOLDER = "\u0000upload:";

  static byte[] placeholder(int index) {
    return ("\\u0000upload:" + index).getBytes(StandardCharsets.US_ASCII);
  }

  /** The parameters of the call. */
  ObjectNode json() throws Refusal {
    if (tooLarge) {
      throw Refusal.of(
          50213, "Request Body Size Limited: the body holds too much besides its pictures");
    }
    if (skeleton.length == 0) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      JsonNode json = Json.MAPPER.readTree(skeleton);
      if (json instanceof ObjectNode object) {
        return object;
      }
      throw Refusal.of(
          50204, "Parse Args Failed: the body is a JSON " + json.getNodeType() + ", not an object");
    } catch (JsonProcessingException e) {
      throw Refusal.of(50204, "Parse Args Failed: the body is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Refusal.of(50204, "Parse Args Failed: the body can't be read: " + e.getMessage());
    }
  }

  /** What stood at the place of this string, or null for a string that was short enough to stay. */
  @Nullable Upload upload(String text) {
    if (!text.startsWith(PLACEHOLDER)) {
      return null;
    }
    String index = text.substring(PLACEHOLDER.length());
    return index.matches("\\d{1,6}") && Integer.parseInt(index) < uploads.size()
        ? uploads.get(Integer.parseInt(index))
        : null;
  }
}
