package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Takes a POST at one of the two doors up to the point where it arrived as a whole, or never will.
 */
final class ApiDoor {
  private final Service service;

  ApiDoor(Service service) {
    this.service = service;
  }

  void handle(Door door, Request request, Response response, Callback callback) {
    if (!request.getMethod().equals("POST")) {
      refuseMethod(request, response, callback);
      return;
    }
    Arrival arrival = new Arrival(door, request, service.bill().arrive(), service.ids().stamped());
    CallFlow flow = new CallFlow(service, request, response, callback);
    String action = CanonicalQuery.parameter(request.getHttpURI().getQuery(), "Action");
    if (service.faults().cutOnArrival(arrival.ticket().n(), action).isPresent()) {
      flow.cutBefore(arrival.call(nothing()), Json.MAPPER.createObjectNode());
      return;
    }
    JsonSkeleton skeleton = new JsonSkeleton(request.getLength(), Service.PICTURE_LIMIT);
    boolean looks = service.faults().cutsByPrompt();
    new BodyReader(
            request,
            skeleton,
            soFar -> looks && cut(arrival, action, soFar, flow),
            body -> flow.answer(arrival.call(body)),
            () -> flow.brokenOff(arrival.call(nothing())))
        .run();
  }

  private void refuseMethod(Request request, Response response, Callback callback) {
    ObjectNode noContext = Json.MAPPER.createObjectNode();
    Reply reply =
        Envelope.error(
            ErrorTable.business(50402), service.ids().stamped(), Duration.ZERO, noContext);
    new ReplyWriter(request, response, callback, reply, Pace.USUAL, service.scheduler()).write();
  }

  private boolean cut(Arrival arrival, @Nullable String action, JsonSkeleton soFar, CallFlow flow) {
    String prompt = PromptPeek.find(soFar.peek());
    if (prompt == null
        || service.faults().cutOnPrompt(arrival.ticket().n(), action, prompt).isEmpty()) {
      return false;
    }
    flow.cutBefore(arrival.call(nothing()), Json.MAPPER.createObjectNode().put("prompt", prompt));
    return true;
  }

  private static CallBody nothing() {
    return new CallBody(new byte[0], List.of(), false, "", 0);
  }

  /** The beginning of a POST: all but its body. */
  private final class Arrival {
    private final Door door;
    private final BillBook.Ticket ticket;
    private final String requestId;
    private final Instant time = service.clock().instant();
    private final long nanos = System.nanoTime();
    private final HttpURI uri;
    private final Map<String, String> headers = new HashMap<>();

    Arrival(Door door, Request request, BillBook.Ticket ticket, String requestId) {
      this.door = door;
      this.ticket = ticket;
      this.requestId = requestId;
      this.uri = request.getHttpURI();
      for (HttpField field : request.getHeaders()) {
        headers.merge(
            field.getName().toLowerCase(Locale.ROOT),
            field.getValue() == null ? "" : field.getValue(),
            (a, b) -> a + "," + b);
      }
    }

    BillBook.Ticket ticket() {
      return ticket;
    }

    Call call(CallBody body) {
      return new Call(
          ticket, requestId, time, nanos, door, uri.getPath(), uri.getQuery(), headers, body);
    }
  }
}
