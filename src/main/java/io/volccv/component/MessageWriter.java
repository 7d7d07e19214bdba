package io.volccv.component;

import io.volccv.client.CvOutcome;
import io.volccv.error.ContentRejectedException;
import io.volccv.error.CvError;
import io.volccv.error.CvException;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.ServerFaultException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnauthorizedException;
import io.volccv.error.UnreachableException;
import io.volccv.model.CvResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Writes a result into the message.
 *
 * <p><b>Body out</b> with {@code output=image}: one picture is a stream that can be read again,
 * several are a {@code List<CvImage>}; without a picture it is the Map of the answer's fields. With
 * {@code output=result} it is the {@link CvResult}. The pictures live until the exchange is done.
 *
 * <p><b>Headers out:</b> those of {@link VolcCvConstants}.
 */
final class MessageWriter {

  /** What is left of a job that was delivered before. */
  private static final CvResult NOTHING_KEPT =
      new CvResult("", "", List.of(), Map.of(), Optional.empty(), Optional.empty());

  private final Output output;
  private final OnDuplicate onDuplicate;

  MessageWriter(Output output, OnDuplicate onDuplicate) {
    this.output = output;
    this.onDuplicate = onDuplicate;
  }

  void write(CvOutcome outcome, Exchange exchange) {
    forget(exchange);
    if (outcome.duplicateOf().isPresent()) {
      duplicate(outcome.duplicateOf().get(), exchange);
    } else {
      write(outcome.result().orElseThrow(), exchange);
      exchange.setProperty(VolcCvConstants.DELIVERED_TO, outcome.delivered());
    }
  }

  private void duplicate(Instant deliveredAt, Exchange exchange) {
    Message message = exchange.getMessage();
    if (onDuplicate == OnDuplicate.fail) {
      String hint = "use onDuplicate=skip to pass over it, or another job key for another picture";
      throw new InvalidRequestException(
          "the job was delivered before, on " + deliveredAt + "; " + hint,
          CvError.before("ledger", hint),
          null);
    }
    message.setHeader(VolcCvConstants.DUPLICATE, true);
    if (onDuplicate == OnDuplicate.skip) {
      message.setBody(null);
      exchange.setRouteStop(true);
    } else {
      message.setBody(output == Output.result ? NOTHING_KEPT : null);
    }
  }

  private void write(CvResult result, Exchange exchange) {
    WhenDone.run(exchange, result::release);
    Message message = exchange.getMessage();
    message.setHeader(VolcCvConstants.REQUEST_ID, result.requestId());
    message.setHeader(VolcCvConstants.RESULT, result.fields());
    result.seed().ifPresent(seed -> message.setHeader(VolcCvConstants.SEED, seed));
    result.cost().ifPresent(cost -> message.setHeader(VolcCvConstants.COST_CNY, cost.cny()));
    result.taskId().ifPresent(id -> message.setHeader(VolcCvConstants.TASK_ID, id));
    message.removeHeader(Exchange.CONTENT_TYPE);
    message.setBody(body(result, exchange));
  }

  private Object body(CvResult result, Exchange exchange) {
    if (output == Output.result) {
      return result;
    }
    if (result.images().isEmpty()) {
      return result.fields();
    }
    if (result.images().size() > 1) {
      return List.copyOf(result.images());
    }
    exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, result.images().get(0).mediaType());
    return CvImageStream.of(result.images().get(0), exchange);
  }

  /** Takes away what an earlier attempt of the same exchange has said. */
  static void forget(Exchange exchange) {
    exchange.removeProperty(VolcCvConstants.ERROR_CATEGORY);
    exchange.removeProperty(VolcCvConstants.RETRY_AFTER_MILLIS);
    exchange.getMessage().removeHeader(VolcCvConstants.DUPLICATE);
  }

  /** The properties that Camel's AI components set before an exception goes on. */
  static void describe(CvException failure, Exchange exchange) {
    exchange.setProperty(VolcCvConstants.ERROR_CATEGORY, category(failure));
    if (failure.getRetryAfterMillis() != null) {
      exchange.setProperty(VolcCvConstants.RETRY_AFTER_MILLIS, failure.getRetryAfterMillis());
    }
  }

  private static String category(CvException failure) {
    if (failure instanceof ThrottledException) {
      return "RATE_LIMIT";
    }
    if (failure instanceof ServerFaultException || failure instanceof UnreachableException) {
      return "SERVER_ERROR";
    }
    if (failure instanceof UnauthorizedException) {
      return "AUTH";
    }
    boolean validation =
        failure instanceof InvalidRequestException
            || failure instanceof ContentRejectedException
            || failure instanceof OutputRejectedException;
    return validation ? "VALIDATION" : "UNKNOWN";
  }
}
