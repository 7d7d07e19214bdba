package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Job;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;

/**
 * What a job may choose: its source may be a stranger, and a model costs money. Choices that the
 * configuration does not allow are refused, not ignored.
 *
 * <p><b>In</b>: the {@link Job} in the exchange property {@value Job#PROPERTY}; none is a job
 * without choices. <b>Out</b>: the exchange properties {@value #REQ_KEY} (only when it is not the
 * configured model), {@value #OPERATION} and {@value #TO}, for the steps of the route.
 */
public final class JobRules {

  /** The exchange property with the model, when the job chose another than the configured one. */
  public static final String REQ_KEY = "CamelVolcCvReqKey";

  /** The exchange property with the operation. */
  public static final String OPERATION = "CamelVolcCvOperation";

  /** The exchange property with the endpoints of the sinks, separated by commas. */
  public static final String TO = "CamelVolcCvTo";

  private static final String SINK = "direct:to-";

  private String reqKey = "";
  private Set<String> reqKeys = Set.of();
  private String operation = "generate";
  private Set<String> to = Set.of();

  /** The model that is called when a job chooses none. */
  public void setReqKey(String reqKey) {
    this.reqKey = reqKey;
  }

  /** Other models that a job may choose, separated by commas; none when not set. */
  public void setReqKeys(String reqKeys) {
    this.reqKeys = split(reqKeys);
  }

  /** The operation when a job chooses none; {@code generate} when not set. */
  public void setOperation(String operation) {
    this.operation = operation;
  }

  /**
   * The endpoints of all sinks, for example {@code direct:to-folder,direct:to-ftp}: a job that
   * chooses {@code ftp} goes to the second only.
   */
  public void setTo(String endpoints) {
    this.to = split(endpoints);
  }

  /**
   * Sets the properties.
   *
   * @throws InvalidRequestException when the job chooses what it may not; says what it may
   */
  @Handler
  public void apply(Exchange exchange) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    Job.Choices choices = job == null ? Job.Choices.NONE : job.choices();
    String chosen = reqKey(choices.reqKey());
    exchange.setProperty(REQ_KEY, chosen.equals(reqKey) ? null : chosen);
    exchange.setProperty(OPERATION, choices.operation() == null ? operation : choices.operation());
    exchange.setProperty(TO, to(choices.sink()));
  }

  /**
   * Looks at a job before it is queued.
   *
   * @throws InvalidRequestException when the job chooses what it may not; says what it may
   */
  public void check(Job job) {
    reqKey(job.choices().reqKey());
    to(job.choices().sink());
  }

  /**
   * Refuses a choice that no one has checked, and that the route would not honour.
   *
   * @throws InvalidRequestException when the job chooses, and {@link #apply} was not called
   */
  static void requireApplied(Exchange exchange, Job job) {
    Job.Choices choices = job.choices();
    if (exchange.getProperty(TO) == null
        && (choices.reqKey() != null || choices.operation() != null || choices.sink() != null)) {
      String hint =
          "leave reqKey, operation and sink out, or call a bean of " + JobRules.class.getName();
      throw new InvalidRequestException(
          "this route cannot honour what the job chooses; " + hint,
          CvError.before("job", hint),
          null);
    }
  }

  private String reqKey(@Nullable String chosen) {
    if (chosen == null || chosen.equals(reqKey) || reqKeys.contains(chosen)) {
      return chosen == null ? reqKey : chosen;
    }
    Set<String> allowed = new LinkedHashSet<>(Set.of(reqKey));
    allowed.addAll(reqKeys);
    throw refused("reqKey " + chosen, allowed, "volccv.reqKeys");
  }

  private String to(@Nullable String sink) {
    if (sink == null) {
      return String.join(",", to);
    }
    if (to.contains(SINK + sink)) {
      return SINK + sink;
    }
    Set<String> allowed = new LinkedHashSet<>();
    to.forEach(endpoint -> allowed.add(endpoint.replaceFirst("^" + SINK, "")));
    throw refused("sink " + sink, allowed, "volccv.sinks");
  }

  private static InvalidRequestException refused(
      String what, Set<String> allowed, String property) {
    String hint =
        "write "
            + String.join(" or ", allowed)
            + ", or leave it out ("
            + property
            + " allows more)";
    return new InvalidRequestException(
        "a job may not have the " + what + "; " + hint, CvError.before("job", hint), null);
  }

  private static Set<String> split(String names) {
    Set<String> all = new LinkedHashSet<>();
    Arrays.stream(names.split(",")).map(String::strip).filter(n -> !n.isEmpty()).forEach(all::add);
    return all;
  }
}
