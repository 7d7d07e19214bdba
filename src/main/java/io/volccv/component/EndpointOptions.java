package io.volccv.component;

import io.volccv.client.CvClient.Settings;
import io.volccv.client.ModelSpec;
import io.volccv.model.CvTask;
import io.volccv.model.MapFile;
import io.volccv.signing.Credentials;
import io.volccv.signing.Credentials.AccessKey;
import io.volccv.signing.Credentials.ApiKey;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Turns the options of an endpoint into values, and refuses what is wrong at start: each message
 * says which option, what is wrong and what to write.
 */
final class EndpointOptions {

  private final VolcCvConfiguration configuration;
  private final CamelContext camel;

  EndpointOptions(VolcCvConfiguration configuration, CamelContext camel) {
    this.configuration = configuration;
    this.camel = camel;
  }

  Settings settings(@Nullable SSLContext sslContext) {
    requirePositive("connectTimeout", configuration.getConnectTimeout());
    requirePositive("responseTimeout", configuration.getResponseTimeout());
    requirePositive("maxReplyBytes", configuration.getMaxReplyBytes());
    return new Settings(
        baseUrl(),
        Duration.ofMillis(configuration.getConnectTimeout()),
        Duration.ofMillis(configuration.getResponseTimeout()),
        proxy(),
        sslContext,
        configuration.isValidate(),
        configuration.isDownload(),
        configuration.getMaxReplyBytes(),
        pair(),
        duration("pollInterval", configuration.getPollInterval()),
        duration("pollTimeout", configuration.getPollTimeout()));
  }

  private Optional<CvTask.Pair> pair() {
    String pair = text(configuration.getPair());
    if (pair == null) {
      return Optional.empty();
    }
    return Stream.of(CvTask.Pair.values())
        .filter(known -> known.name().equalsIgnoreCase(pair))
        .findFirst()
        .or(
            () -> {
              throw wrong("pair", pair + " is no pair", "write sync2async or native");
            });
  }

  private static Duration duration(String option, long millis) {
    if (millis < 0) {
      throw wrong(option, millis + " is negative", "write milliseconds, or 0");
    }
    return Duration.ofMillis(millis);
  }

  Credentials credentials() {
    String apiKey = text(configuration.getApiKey());
    String id = text(configuration.getAccessKeyId());
    String secret = text(configuration.getSecretAccessKey());
    boolean pair = id != null || secret != null;
    if (apiKey != null && pair) {
      throw wrong("apiKey", "it is set beside accessKeyId", "keep one kind of credentials");
    }
    if (apiKey != null) {
      return new ApiKey(apiKey);
    }
    if (!pair) {
      throw wrong(
          "apiKey",
          "no credentials are set",
          "set apiKey (VOLC_API_KEY), or accessKeyId and secretAccessKey (VOLC_ACCESSKEY,"
              + " VOLC_SECRETKEY)");
    }
    if (id == null) {
      throw wrong("accessKeyId", "it is missing beside secretAccessKey", "set both");
    }
    if (secret == null) {
      throw wrong("secretAccessKey", "it is missing beside accessKeyId", "set both");
    }
    return new AccessKey(
        id,
        secret,
        text(configuration.getSessionToken()),
        configuration.getRegion(),
        configuration.getService());
  }

  String reqKey() {
    String reqKey = text(configuration.getReqKey());
    if (reqKey == null) {
      throw wrong("reqKey", "it is missing", "write the vendor's req_key, which names the model");
    }
    return reqKey;
  }

  /** The file of the option {@code models}, null without one. */
  @Nullable Path models() {
    String file = text(configuration.getModels());
    return file == null ? null : ParamsSource.path("models", file);
  }

  /** The parameters that the options set, with JSON types: {@code params}, then {@code param.*}. */
  Map<String, Object> params(ModelSpec model) {
    Map<String, Object> params =
        new LinkedHashMap<>(ParamsSource.read(configuration.getParams(), camel));
    configuration
        .getParam()
        .forEach(
            (name, value) -> {
              Object typed = ScalarParam.typed(name, value, model);
              try {
                MapFile.put(params, name, typed);
              } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                    wrong("param." + name, String.valueOf(e.getMessage()), "leave it out")
                        .getMessage(),
                    e);
              }
            });
    return params;
  }

  private URI baseUrl() {
    String text = text(configuration.getBaseUrl());
    URI url = uri(text == null ? VolcCvConfiguration.VENDOR : text);
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
      throw wrong("baseUrl", text + " is no web address", "write https://HOST/PATH");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null || url.getUserInfo() != null) {
      throw wrong("baseUrl", "it has more than host and path", "write https://HOST/PATH");
    }
    if (scheme.equals("http") && !isThisMachine(url.getHost())) {
      throw wrong("baseUrl", "http would send the credentials in the clear", "write https://");
    }
    return url.getRawPath().isEmpty() ? url.resolve("/") : url;
  }

  private static boolean isThisMachine(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static URI uri(String text) {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          wrong("baseUrl", text + " is no web address", "write https://HOST/PATH").getMessage(), e);
    }
  }

  private @Nullable URI proxy() {
    String host = text(configuration.getProxyHost());
    if (host == null) {
      return null;
    }
    int port = configuration.getProxyPort();
    if (port < 1 || port > 65535) {
      throw wrong("proxyPort", port + " is no port", "write 1 to 65535 beside proxyHost");
    }
    return URI.create("http://" + host + ":" + port);
  }

  static void requirePositive(String option, long value) {
    if (value <= 0) {
      throw wrong(option, value + " is not positive", "write a number above 0");
    }
  }

  /** An environment variable that is not set arrives as an empty text: it counts as unset. */
  static @Nullable String text(@Nullable String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }

  /** What is wrong with an option, where, and what to write instead. */
  static IllegalArgumentException wrong(String option, String what, String instead) {
    return new IllegalArgumentException(option + ": " + what + "; " + instead);
  }
}
