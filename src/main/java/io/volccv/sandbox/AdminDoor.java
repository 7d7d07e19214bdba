package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What the sandbox tells and is told about itself; the same as {@link Sandbox}'s methods, over
 * HTTP.
 */
final class AdminDoor {
  private static final String PREFIX = "/_sandbox/";
  private static final Set<String> LIMITS = Set.of("rate", "concurrency", "queryRate");

  private final Sandbox sandbox;

  AdminDoor(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  static boolean owns(String path) {
    return path.startsWith(PREFIX);
  }

  void handle(Request request, Response response, Callback callback) {
    JsonSkeleton body = new JsonSkeleton(request.getLength(), 0);
    new BodyReader(
            request,
            body,
            soFar -> false,
            whole -> sandbox.write(request, response, callback, reply(request, whole)),
            () -> callback.failed(new IllegalStateException("the client went away")))
        .run();
  }

  private Reply reply(Request request, CallBody body) {
    String what =
        request.getMethod() + " " + request.getHttpURI().getPath().substring(PREFIX.length());
    try {
      return switch (what) {
        case "GET bill" -> bill(request);
        case "GET requests" ->
            Reply.json(200, Json.MAPPER.createArrayNode().addAll(sandbox.requests()));
        case "PUT faults" -> {
          sandbox.faults(Fault.parse(Json.parse(body.skeleton())));
          yield done();
        }
        case "PUT limits" -> {
          limits(Json.parse(body.skeleton()));
          yield done();
        }
        case "DELETE state" -> {
          sandbox.reset();
          yield done();
        }
        default -> wrong(404, what + " does not exist");
      };
    } catch (IllegalArgumentException e) {
      return wrong(400, String.valueOf(e.getMessage()));
    }
  }

  private Reply bill(Request request) {
    boolean calls =
        !"false".equals(CanonicalQuery.parameter(request.getHttpURI().getQuery(), "calls"));
    return new Reply(200, Reply.JSON, Map.of(), sandbox.billJson(calls), -1);
  }

  private void limits(JsonNode json) {
    JsonNode rate = json.path("rate");
    JsonNode concurrency = json.path("concurrency");
    JsonNode queryRate = json.path("queryRate");
    if (!json.isObject()
        || !LIMITS.containsAll(names(json))
        || !(missing(rate) || rate.isNumber())
        || !(missing(queryRate) || queryRate.isNumber())
        || !(missing(concurrency) || concurrency.isInt())) {
      throw new IllegalArgumentException(
          "limits are {\"rate\": number or null, \"concurrency\": integer or null,"
              + " \"queryRate\": number or null}");
    }
    sandbox.limits(
        missing(rate) ? null : (Double) rate.asDouble(),
        missing(concurrency) ? null : (Integer) concurrency.asInt(),
        queryRate.isMissingNode()
            ? (Double) Limits.QUERY_RATE
            : queryRate.isNull() ? null : (Double) queryRate.asDouble());
  }

  private static Set<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private static boolean missing(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static Reply done() {
    return Reply.json(200, Json.MAPPER.createObjectNode().put("ok", true));
  }

  private static Reply wrong(int status, String message) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    return Reply.json(status, json.put("error", message));
  }
}
