package io.volccv.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** What an {@code .error.json} says; somebody may have edited it, or made it up. */
final class ParkedReason {

  static final String ENDING = ".error.json";
  static final int MAX_BYTES = 256 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode json;

  /** What cannot be read says nothing, and what is not known is taken for the worst. */
  ParkedReason(byte[] content) {
    JsonNode read;
    try {
      read = JSON.readTree(content);
    } catch (IOException e) {
      read = JSON.missingNode();
    }
    this.json = read;
  }

  /** The path of the error file of an input. */
  static String file(String input) {
    return SafePath.with(input, ENDING);
  }

  static boolean isFile(String path) {
    return path.endsWith(ENDING);
  }

  /** The name of the input of an error file, whose own name was not cut. */
  static String input(String error) {
    return error.substring(0, error.length() - ENDING.length());
  }

  /** When the input was put away; empty for a file that is no error file of ours. */
  Optional<Instant> time() {
    try {
      return Optional.of(Instant.parse(json.path("time").asText()));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * @param parked the name that the input has now
   * @param otherwise when it was put away, when the file does not say it
   */
  ParkedInput parked(
      String source,
      Outcome outcome,
      String id,
      String place,
      boolean gone,
      String parked,
      Instant otherwise) {
    String came = json.path("input").asText();
    boolean safe = !came.isEmpty() && SafePath.isSafe(came);
    return new ParkedInput(
        source,
        outcome,
        id,
        place,
        gone,
        safe ? came : parked,
        json.path("type").asText("unreadable"),
        json.path("code").textValue(),
        json.path("stage").asText(),
        json.path("billed").asText("maybe"),
        json.path("jobKey").textValue(),
        time().orElse(otherwise));
  }
}
