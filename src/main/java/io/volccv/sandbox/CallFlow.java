package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.Fault.Kind;
import java.io.UncheckedIOException;
import java.time.Duration;
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
      entry.permit = enter(action.kind());
      work(call, entry, action, params);
    } catch (Refusal e) {
      refuse(call, entry, e.error());
    }
  }

  private Permit enter(ApiAction.Kind kind) throws Refusal {
    boolean free = kind == ApiAction.Kind.QUERY;
    ApiError limit = (free ? service.limits().query() : service.limits().enter()).orElse(null);
    if (limit != null) {
      throw new Refusal(limit);
    }
    return free ? Permit.none() : Permit.of(service.limits()::leave);
  }

  private void work(Call call, Entry entry, ApiAction action, ObjectNode params) {
    Optional<Fault> fault = fault(call, entry, action.kind());
    entry.fault = fault.map(Fault::kind).orElse(null);
    if (fault.isPresent() && !fault.get().kind().afterWork() && !fault.get().ofTask()) {
      entry.permit.leave();
      instead(call, entry, fault.get());
      return;
    }
    try {
      ApiAction.Job job = action.prepare(call, params);
      Duration latency = service.nextLatency(action.kind());
      service
          .worker(action.kind())
          .execute(() -> run(call, entry, job, latency, fault.orElse(null)));
    } catch (Refusal e) {
      giveUp(call, entry, e.error());
    } catch (RuntimeException e) {
      giveUp(call, entry, internal(e));
    }
  }

  private Optional<Fault> fault(Call call, Entry entry, ApiAction.Kind kind) {
    int n = call.ticket().n();
    return kind == ApiAction.Kind.QUERY
        ? service.faults().onQuery(n, call.action(), service.tasks().prompt(entry.text("task_id")))
        : service.faults().onCall(n, call.action(), PromptPeek.of(entry.params));
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
      settle(call, entry, result, fault);
    } catch (UncheckedIOException e) {
      // What can't be written to the bill must not be answered as if it were.
      entry.permit.leave();
      callback.failed(e);
      return;
    }
    Duration delay = fault != null && fault.kind() == Kind.SLOW ? fault.delay() : Duration.ZERO;
    service.after(
        delay,
        () -> {
          if (result.begin() == null) {
            entry.permit.leave();
          }
          Reply reply =
              Envelope.success(result.data(), result.pictures(), call.requestId(), elapsed(call));
          afterWork(reply, fault);
        });
  }

  /** Writes the bill; a task has the permit from here. */
  private void settle(Call call, Entry entry, ApiAction.Result result, @Nullable Fault fault) {
    ApiAction.Begin begin = result.begin();
    if (begin == null) {
      service.bill().settle(call.ticket(), entry.line("10000", result));
      return;
    }
    Task task =
        fault != null && fault.ofTask()
            ? begin.task().failing(FaultReplies.error(fault))
            : begin.task();
    Bill.Call line = entry.line("10000", result);
    service.tasks().begin(call.ticket(), line, task, begin.painting(), entry.permit);
  }

  private void giveUp(Call call, Entry entry, ApiError error) {
    entry.permit.leave();
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
      write(
          FaultReplies.instead(
              fault, TaskPair.asks(call.action()), call.requestId(), elapsed(call)),
          Pace.USUAL);
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
    private Permit permit = Permit.none();

    Entry(Call call) {
      this.call = call;
    }

    @Nullable String text(String name) {
      return params == null || !params.path(name).isTextual()
          ? null
          : params.path(name).textValue();
    }

    void settle(@Nullable String code) {
      service.bill().settle(call.ticket(), line(code, null));
    }

    Bill.Call line(@Nullable String code, ApiAction.@Nullable Result result) {
      boolean told = result != null && result.taskId() != null;
      return new Bill.Call(
          call.ticket().n(),
          call.arrived(),
          call.action(),
          text("req_key"),
          call.requestId(),
          told ? result.taskId() : beginning(text("task_id"), 64),
          result == null ? 0 : result.images(),
          result == null ? 0 : result.fen(),
          result != null && !told,
          code,
          fault,
          beginning(PromptPeek.of(params), 1000),
          call.body().sha256().isEmpty() ? null : call.body().sha256());
    }

    private static @Nullable String beginning(@Nullable String text, int length) {
      return text == null || text.length() <= length ? text : text.substring(0, length);
    }
  }
}
