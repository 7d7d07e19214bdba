package io.volccv.testing;

import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Fault.Kind;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * The second half of "when this call comes, then"; each verb sets one fault until the end of the
 * test.
 */
public final class When {
  private final SandboxExtension extension;
  private final UnaryOperator<Fault> match;

  When(SandboxExtension extension, UnaryOperator<Fault> match) {
    this.extension = extension;
    this.match = match;
  }

  /** Answers with an error of the service, such as 50411. */
  public void fail(int code) {
    then(Fault.code(Integer.toString(code)));
  }

  /** Answers with an error of the gateway, such as {@code SignatureDoesNotMatch}. */
  public void fail(String gatewayCode) {
    then(Fault.code(gatewayCode));
  }

  /** Answers with an HTTP status and no code, as proxies do. */
  public void failWithStatus(int status) {
    then(Fault.always(Kind.STATUS).withValue(status));
  }

  /** Cuts the connection before the request has arrived; nothing is billed. */
  public void cutBeforeBilling() {
    then(Fault.always(Kind.CUT_BEFORE));
  }

  /** Bills the whole call and cuts the connection without an answer. */
  public void cutAfterBilling() {
    then(Fault.always(Kind.CUT_AFTER_BILLING));
  }

  /** Bills at once and answers later. */
  public void answerAfter(Duration delay) {
    then(Fault.always(Kind.SLOW).withValue(delay.toMillis()));
  }

  /** Any fault; what it matches is replaced by what this call says. */
  public void then(Fault fault) {
    extension.add(match.apply(fault));
  }
}
