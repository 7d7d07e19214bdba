package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.Fault.Kind;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The way of one call from its last byte to its answer: gate, quota, fault, work, wait, bill,
 * answer. The bill is written before the answer, and whether or not anybody is still there to read
 * it.
 */
final class CallFlow {
  private final Service service;
  private final Request request;
  private final Response response;
  private final Callback callback;

  CallFlow(Service service, Request request, Response response, Callback callback) {
    this.service = service;
    this.request = request;
    this.response = response;
    this.callback = callback;
  }

  /**
   * The connection ends before the request does.
   *
   * @param known the parameters that were read until then
   */
  void cutBefore(Call call, ObjectNode known) {
    Entry entry = new Entry(call);
    entry.params = known;
    entry.fault = Kind.CUT_BEFORE;
    entry.settle(null);
    Cut.reset(request, callback);
  }

  /** The client went away before the end of its request. */
  void brokenOff(Call call) {
    new Entry(call).settle(null);
    callback.succeeded();
  }

  void answer(Call call) {
    Entry entry = new Entry(call);
    try {
      ApiAction action = service.gate().admit(call);
      ObjectNode params = call.body().json();
      entry.params = params;
      service.requests().add(call, params);
      enter();
      work(call, entry, action, params);
    } catch (Refusal e) {
      refuse(call, entry, e.error());
    }
  }

  private void enter() throws Refusal {
    ApiError limit = service.limits().enter().orElse(null);
    if (limit != null) {
      throw new Refusal(limit);
    }
  }

  private void work(Call call, Entry entry, ApiAction action, ObjectNode params) {
    Optional<Fault> fault =
        service.faults().onCall(call.ticket().n(), call.action(), PromptPeek.of(entry.params));
    entry.fault = fault.map(Fault::kind).orElse(null);
    if (fault.isPresent() && !fault.get().kind().afterWork()) {
      service.limits().leave();
      instead(call, entry, fault.get());
      return;
    }
    try {
      ApiAction.Job job = action.prepare(call, params);
      Duration latency = service.nextLatency();
      service.painters().execute(() -> run(call, entry, job, latency, fault.orElse(null)));
    } catch (Refusal e) {
      giveUp(call, entry, e.error());
    } catch (RuntimeException e) {
      giveUp(call, entry, internal(e));
    }
  }

  private void run(
      Call call, Entry entry, ApiAction.Job job, Duration latency, @Nullable Fault fault) {
    ApiAction.Result result;
    try {
      result = job.run();
    } catch (Refusal e) {
      giveUp(call, entry, e.error());
      return;
    } catch (RuntimeException | OutOfMemoryError e) {
      giveUp(call, entry, internal(e));
      return;
    }
    service.after(latency.minus(elapsed(call)), () -> finish(call, entry, result, fault));
  }

  private void finish(Call call, Entry entry, ApiAction.Result result, @Nullable Fault fault) {
    try {
      entry.settle("10000", result);
    } catch (UncheckedIOException e) {
      // What can't be written to the bill must not be answered as if it were.
      service.limits().leave();
      callback.failed(e);
      return;
    }
    Duration delay = fault != null && fault.kind() == Kind.SLOW ? fault.delay() : Duration.ZERO;
    service.after(
        delay,
        () -> {
          service.limits().leave();
          Reply reply =
              Envelope.success(result.data(), result.pictures(), call.requestId(), elapsed(call));
          afterWork(reply, fault);
        });
  }

  private void giveUp(Call call, Entry entry, ApiError error) {
    service.limits().leave();
    refuse(call, entry, error);
  }

  private static ApiError internal(Throwable cause) {
    return ErrorTable.business(50500).because("Internal Error: " + cause);
  }

  private void afterWork(Reply reply, @Nullable Fault fault) {
    if (fault == null) {
      write(reply, Pace.USUAL);
      return;
    }
    switch (fault.kind()) {
      case CUT_AFTER_BILLING -> Cut.close(request, callback);
      case CUT_REPLY -> write(reply, Pace.cutAfter(FaultReplies.cutAt(fault, reply.length())));
      case TRICKLE -> write(reply, FaultReplies.trickle(fault, reply.length()));
      case GARBAGE -> write(FaultReplies.garbage(reply), Pace.USUAL);
      case HALF -> write(FaultReplies.half(fault, reply), Pace.USUAL);
      default -> write(reply, Pace.USUAL);
    }
  }

  private void instead(Call call, Entry entry, Fault fault) {
    if (fault.kind() == Kind.CUT_BEFORE) {
      entry.settle(null);
      Cut.reset(request, callback);
    } else if (fault.kind() == Kind.CODE) {
      ApiError error = FaultReplies.error(fault);
      entry.settle(error.billCode());
      write(error(call, error).withHeader("Retry-After", fault.retryAfter()), Pace.USUAL);
    } else {
      entry.settle(fault.kind() == Kind.NO_IMAGES ? "10000" : null);
      write(FaultReplies.instead(fault, call.requestId(), elapsed(call)), Pace.USUAL);
    }
  }

  private void refuse(Call call, Entry entry, ApiError error) {
    entry.settle(error.billCode());
    write(error(call, error), Pace.USUAL);
  }

  private static Reply error(Call call, ApiError error) {
    ObjectNode context = Json.MAPPER.createObjectNode();
    context.put("Action", call.action()).put("Version", call.version());
    return Envelope.error(error, call.requestId(), elapsed(call), context);
  }

  private void write(Reply reply, Pace pace) {
    new ReplyWriter(request, response, callback, reply, pace, service.scheduler()).write();
  }

  private static Duration elapsed(Call call) {
    return Duration.ofNanos(System.nanoTime() - call.nanos());
  }

  /** The call's line of the bill while it is being written. */
  private final class Entry {
    private final Call call;
    private @Nullable ObjectNode params;
    private @Nullable Kind fault;

    Entry(Call call) {
      this.call = call;
    }

    @Nullable String text(String name) {
      return params == null || !params.path(name).isTextual()
          ? null
          : params.path(name).textValue();
    }

    void settle(@Nullable String code) {
      settle(
          code, new ApiAction.Result(Json.MAPPER.createObjectNode(), List.of(), 0, 0, null), false);
    }

    void settle(String code, ApiAction.Result result) {
      settle(code, result, true);
    }

    private void settle(@Nullable String code, ApiAction.Result result, boolean billed) {
      String prompt = PromptPeek.of(params);
      service
          .bill()
          .settle(
              call.ticket(),
              new Bill.Call(
                  call.ticket().n(),
                  call.arrived(),
                  call.action(),
                  text("req_key"),
                  call.requestId(),
                  result.taskId(),
                  result.images(),
                  result.fen(),
                  billed,
                  code,
                  fault,
                  prompt == null || prompt.length() <= 1000 ? prompt : prompt.substring(0, 1000),
                  call.body().sha256().isEmpty() ? null : call.body().sha256()));
    }
  }
}
