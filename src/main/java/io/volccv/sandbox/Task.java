package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task at one point of its life; everything of it that the state file keeps.
 *
 * @param id 19 digits
 * @param pair which actions know it
 * @param params of the submit, with the seed that is used, so that it can be drawn again
 * @param uploads the files with the pictures that came in the submit, in their order; null for one
 *     that was no picture
 * @param latency from the submit to its end
 * @param fails the error in which it is made to end, or null
 */
record Task(
    String id,
    TaskPair pair,
    ObjectNode params,
    List<@Nullable String> uploads,
    Instant submitted,
    Duration latency,
    @Nullable ApiError fails,
    Phase phase) {

  /** How far it has come. */
  sealed interface Phase {}

  /** Nobody works on it yet, and it may be cancelled. */
  record InQueue() implements Phase {}

  record Generating() implements Phase {}

  /** It succeeded and is charged. */
  record Done(ObjectNode data, int pictures) implements Phase {}

  /** It failed, for nothing. */
  record Failed(ApiError error) implements Phase {}

  record Cancelled() implements Phase {}

  Task failing(ApiError error) {
    return new Task(id, pair, params, uploads, submitted, latency, error, phase);
  }

  Task in(Phase next) {
    return new Task(id, pair, params, uploads, submitted, latency, fails, next);
  }

  boolean ended() {
    return !(phase instanceof InQueue || phase instanceof Generating);
  }

  String reqKey() {
    return params.path("req_key").asText();
  }

  /** What a model that has a queue lets a task wait before it takes it up. */
  Duration queueing() {
    return latency.dividedBy(4);
  }

  ObjectNode json() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("id", id).put("pair", pair.name()).put("submitted", submitted.toString());
    json.put("latency", latency.toString()).set("params", params);
    ArrayNode files = json.putArray("uploads");
    uploads.forEach(files::add);
    json.set("fails", fails == null ? null : json(fails));
    if (phase instanceof Done done) {
      json.putObject("done").put("pictures", done.pictures()).set("data", done.data());
    } else if (phase instanceof Failed failed) {
      json.set("failed", json(failed.error()));
    } else if (phase instanceof Cancelled) {
      json.put("cancelled", true);
    }
    return json;
  }

  /** The task as a sandbox finds it that starts: what is not ended waits again. */
  static Task parse(JsonNode json) {
    List<@Nullable String> uploads = new ArrayList<>();
    json.path("uploads").forEach(file -> uploads.add(file.isNull() ? null : file.asText()));
    return new Task(
        json.path("id").asText(),
        TaskPair.valueOf(json.path("pair").asText()),
        json.withObject("params"),
        uploads,
        Instant.parse(json.path("submitted").asText()),
        Duration.parse(json.path("latency").asText()),
        json.path("fails").isObject() ? error(json.path("fails")) : null,
        phase(json));
  }

  private static Phase phase(JsonNode json) {
    if (json.has("done")) {
      JsonNode done = json.path("done");
      return new Done(done.withObject("data"), done.path("pictures").asInt());
    }
    if (json.has("failed")) {
      return new Failed(error(json.path("failed")));
    }
    return json.has("cancelled") ? new Cancelled() : new InQueue();
  }

  private static ObjectNode json(ApiError error) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    return json.put("code", error.code()).put("http", error.http()).put("text", error.message());
  }

  private static ApiError error(JsonNode json) {
    return ErrorTable.get(json.path("code").asText())
        .with(json.path("http").asInt())
        .because(json.path("text").asText());
  }
}
