package io.volccv.conformance;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One call with the JDK's client, right in every respect but those that a check changes. It is
 * signed, or has its key, as the endpoint wants it.
 */
final class Post {
  static final String QUERY = "Action=CVProcess&Version=2022-08-31";

  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final Endpoint endpoint;
  private final byte[] signedBody;
  private byte[] sentBody;
  private Endpoint.Keys keys;
  private String method = "POST";
  private String query = QUERY;
  private String region = "cn-north-1";
  private Instant time = Instant.now();
  private List<String> signedHeaders = List.of();
  private final Map<String, String> changedHeaders = new LinkedHashMap<>();

  private Post(Endpoint endpoint, String body) {
    this.endpoint = endpoint;
    keys = endpoint.keys();
    signedBody = body.getBytes(StandardCharsets.UTF_8);
    sentBody = signedBody;
  }

  static Post to(Endpoint endpoint, String body) {
    return new Post(endpoint, body);
  }

  Post method(String other) {
    method = other;
    return this;
  }

  Post query(String other) {
    query = other;
    return this;
  }

  Post keys(Endpoint.Keys other) {
    keys = other;
    return this;
  }

  Post region(String other) {
    region = other;
    return this;
  }

  Post at(Instant signedAt) {
    time = signedAt;
    return this;
  }

  Post signing(String... names) {
    signedHeaders = List.of(names);
    return this;
  }

  /** Sends another body than was signed. */
  Post sending(String body) {
    sentBody = body.getBytes(StandardCharsets.UTF_8);
    return this;
  }

  /** Sends another header than was signed; null for none. */
  Post sendingHeader(String name, String value) {
    changedHeaders.put(name, value);
    return this;
  }

  Answer send() throws IOException, InterruptedException {
    return send(UnaryOperator.identity());
  }

  /**
   * @param authorization changes the Authorization header once the call is signed
   */
  Answer send(UnaryOperator<String> authorization) throws IOException, InterruptedException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    if (keys instanceof Endpoint.KeyPair pair) {
      String signature = sign(pair, headers);
      headers.put("authorization", authorization.apply(signature));
    } else if (keys instanceof Endpoint.Bearer bearer) {
      headers.put("authorization", authorization.apply("Bearer " + bearer.key()));
    }
    headers.putAll(changedHeaders);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(endpoint.base() + "?" + query))
            .timeout(PATIENCE)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(sentBody));
    headers.forEach(
        (name, value) -> {
          if (value != null && !name.equals("host")) {
            request.header(name, value);
          }
        });
    return Answer.of(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
  }

  private String sign(Endpoint.KeyPair pair, Map<String, String> headers) {
    headers.put("host", host());
    headers.put("x-content-sha256", Signer.sha256Hex(signedBody));
    headers.put("x-date", X_DATE.format(time));
    if (pair.sessionToken() != null) {
      headers.put("x-security-token", pair.sessionToken());
    }
    List<String> names =
        signedHeaders.isEmpty() ? new ArrayList<>(headers.keySet()) : signedHeaders;
    String path = endpoint.base().getRawPath();
    return Signer.sign(
        pair, region, method, path.isEmpty() ? "/" : path, query, headers, names, signedBody);
  }

  private String host() {
    URI base = endpoint.base();
    boolean usual = base.getPort() < 0 || base.getPort() == 80 || base.getPort() == 443;
    return usual ? base.getHost() : base.getHost() + ":" + base.getPort();
  }

  /** Fetches a result, without any key. */
  static HttpResponse<byte[]> get(String url) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
