package io.volccv.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.BudgetExceededException;
import io.volccv.error.ContentRejectedException;
import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.EmptyResultException;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.JobInProgressException;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.ServerFaultException;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnauthorizedException;
import io.volccv.error.UnreachableException;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.model.CvTask;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a row says in JSON, in its column {@code detail}. */
final class Notes {

  static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private interface Kind {
    CvException create(String message, CvError error, @Nullable Throwable cause);
  }

  private static final Map<String, Kind> KINDS =
      Map.ofEntries(
          kind(BudgetExceededException.class, BudgetExceededException::new),
          kind(ContentRejectedException.class, ContentRejectedException::new),
          kind(EmptyResultException.class, EmptyResultException::new),
          kind(InvalidRequestException.class, InvalidRequestException::new),
          kind(JobInProgressException.class, JobInProgressException::new),
          kind(MalformedReplyException.class, MalformedReplyException::new),
          kind(OutcomeUnknownException.class, OutcomeUnknownException::new),
          kind(OutputRejectedException.class, OutputRejectedException::new),
          kind(ServerFaultException.class, ServerFaultException::new),
          kind(TaskExpiredException.class, TaskExpiredException::new),
          kind(ThrottledException.class, ThrottledException::new),
          kind(UnauthorizedException.class, UnauthorizedException::new),
          kind(UnreachableException.class, UnreachableException::new));

  private Notes() {}

  private static Map.Entry<String, Kind> kind(Class<? extends CvException> type, Kind kind) {
    return Map.entry(type.getSimpleName(), kind);
  }

  static String of(CvTask task) {
    return text(node(task));
  }

  private static ObjectNode node(CvTask task) {
    ObjectNode node = JSON.createObjectNode();
    node.put("reqKey", task.reqKey()).put("taskId", task.taskId()).put("pair", task.pair().name());
    task.reqJson().ifPresent(json -> node.put("reqJson", json));
    return node.put("deadline", task.deadline().toEpochMilli());
  }

  static String of(Progress.Answered answer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("reqKey", answer.reqKey()).put("requestId", answer.requestId());
    answer.urls().forEach(node.putArray("urls")::add);
    node.set("fields", JSON.valueToTree(answer.fields()));
    answer.seed().ifPresent(seed -> node.put("seed", seed));
    node.put("deadline", answer.deadline().toEpochMilli());
    answer.task().ifPresent(task -> node.set("task", node(task)));
    return text(node);
  }

  static String of(CvException failure) {
    ObjectNode node = JSON.createObjectNode();
    node.put("type", failure.getClass().getSimpleName());
    node.put("code", failure.getCode()).put("httpStatus", failure.getHttpStatus());
    node.put("requestId", failure.getRequestId()).put("stage", failure.getStage());
    node.put("billed", failure.getBilled()).put("hint", failure.getHint());
    return text(node.put("message", failure.getMessage()));
  }

  static CvTask task(String note) {
    return task(read(note));
  }

  private static CvTask task(JsonNode node) {
    return new CvTask(
        node.path("reqKey").asText(),
        node.path("taskId").asText(),
        CvTask.Pair.valueOf(node.path("pair").asText()),
        Optional.ofNullable(node.path("reqJson").textValue()),
        Instant.ofEpochMilli(node.path("deadline").asLong()));
  }

  static Progress.Answered answer(String note) {
    JsonNode node = read(note);
    List<String> urls = new ArrayList<>();
    node.path("urls").forEach(url -> urls.add(url.asText()));
    return new Progress.Answered(
        node.path("reqKey").asText(),
        node.path("requestId").asText(),
        urls,
        fields(node.path("fields")),
        node.has("seed") ? Optional.of(node.path("seed").asLong()) : Optional.empty(),
        Instant.ofEpochMilli(node.path("deadline").asLong()),
        node.has("task") ? Optional.of(task(node.path("task"))) : Optional.empty());
  }

  /** The failure that a row remembers, told once more. */
  static CvException failure(String note) {
    JsonNode node = read(note);
    CvError error =
        new CvError(
            node.path("code").textValue(),
            node.path("httpStatus").asInt(),
            node.path("requestId").textValue(),
            node.path("stage").asText(),
            false,
            Billed.valueOf(node.path("billed").asText("maybe").toUpperCase(java.util.Locale.ROOT)),
            null,
            node.path("hint").asText());
    Kind kind = KINDS.getOrDefault(node.path("type").asText(), OutcomeUnknownException::new);
    return kind.create(node.path("message").asText(), error, null);
  }

  static Map<String, Object> fields(JsonNode node) {
    Map<String, Object> fields = new LinkedHashMap<>();
    node.fields()
        .forEachRemaining(
            field -> fields.put(field.getKey(), JSON.convertValue(field.getValue(), Object.class)));
    return fields;
  }

  static JsonNode read(String note) {
    try {
      return JSON.readTree(note);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("the ledger holds a note that is not JSON", e);
    }
  }

  static String text(JsonNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a note cannot be written", e);
    }
  }
}
