package io.volccv.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;

/**
 * The sinks of a job that do not have its pictures yet: all of them, but for those that got them
 * before a crash, and none for a job that was delivered before.
 */
public final class Sinks {

  /** The exchange property with the sink that is being called; only set around one. */
  static final String SINK = "CamelVolcCvSink";

  /** The header that says that a job was delivered before. */
  static final String DUPLICATE = "CamelVolcCvDuplicate";

  private static final String DELIVERED_TO = "CamelVolcCvDeliveredTo";

  private List<String> sinks = List.of();

  /** The endpoints of the sinks, comma separated: {@code direct:to-folder,direct:to-ftp}. */
  public void setSinks(String sinks) {
    this.sinks = split(sinks);
  }

  private static List<String> split(String endpoints) {
    return List.of(endpoints.split("\\s*,\\s*"));
  }

  /** The endpoints that are still to be called, in order. */
  @Handler
  public List<String> missing(Exchange exchange) {
    if (exchange.getMessage().getHeader(DUPLICATE, false, Boolean.class)) {
      return List.of();
    }
    String chosen = exchange.getProperty(JobRules.TO, String.class);
    List<String> missing = new ArrayList<>(chosen == null ? sinks : split(chosen));
    missing.removeAll(exchange.getProperty(DELIVERED_TO, Set.of(), Set.class));
    return missing;
  }

  /** Whether some sinks got the pictures before the app was started again. */
  static boolean someHaveIt(Exchange exchange) {
    return !exchange.getProperty(DELIVERED_TO, Set.of(), Set.class).isEmpty();
  }
}
