package io.volccv.conformance;

import java.net.URI;
import java.util.Map;

/**
 * The service that the environment names.
 *
 * @param mayPay whether checks that might be charged are wanted
 */
record Environment(Endpoint service, boolean mayPay) {
  private static final String VENDOR = "https://visual.volcengineapi.com";

  static Environment read(Map<String, String> variables) {
    String mode = variables.getOrDefault("VOLC_CONFORMANCE", "");
    if (!mode.equals("free") && !mode.equals("paid")) {
      throw new IllegalArgumentException(
          "VOLC_CONFORMANCE is '" + mode + "'; write free, or paid for the checks that cost money");
    }
    String apiKey = text(variables, "VOLC_API_KEY");
    String accessKey = text(variables, "VOLC_ACCESSKEY");
    String secretKey = text(variables, "VOLC_SECRETKEY");
    String base = text(variables, "VOLC_BASE_URL");
    boolean pair = accessKey != null && secretKey != null;
    if ((apiKey != null) == pair) {
      throw new IllegalArgumentException(
          "set either VOLC_API_KEY or both VOLC_ACCESSKEY and VOLC_SECRETKEY");
    }
    if (!pair && base == null) {
      throw new IllegalArgumentException("VOLC_API_KEY needs VOLC_BASE_URL, with its path");
    }
    Endpoint.Keys keys =
        pair
            ? new Endpoint.KeyPair(accessKey, secretKey, text(variables, "VOLC_SESSION_TOKEN"))
            : new Endpoint.Bearer(apiKey);
    return new Environment(
        new Endpoint(safe(base == null ? VENDOR : base), keys), mode.equals("paid"));
  }

  private static URI safe(String base) {
    URI uri = URI.create(base);
    boolean local = "127.0.0.1".equals(uri.getHost()) || "localhost".equals(uri.getHost());
    if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && local)) {
      throw new IllegalArgumentException(
          "VOLC_BASE_URL would send keys in the clear; write https, or http on this machine");
    }
    return uri;
  }

  private static String text(Map<String, String> variables, String name) {
    String value = variables.get(name);
    return value == null || value.isBlank() ? null : value;
  }
}
