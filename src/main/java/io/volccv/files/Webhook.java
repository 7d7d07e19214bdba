package io.volccv.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.DefaultExchange;

/**
 * Makes the request that tells a web service of a result, signed as the <a
 * href="https://www.standardwebhooks.com/">Standard Webhooks</a> specification says.
 *
 * <p><b>Body in</b>: the outputs ({@link Outputs#plan}). <b>Request</b>: with {@code
 * content=picture} a {@code multipart/form-data} with a part {@code provenance} (JSON) and a part
 * {@code picture} for each output, in their order; with {@code content=place} JSON: {@code
 * {"outputs": [{"name", "places", "provenance"}]}}. Pictures are streamed. <b>Its headers</b>: only
 * {@code Content-Type}, {@code Idempotency-Key} and {@code webhook-id} (the job key), {@code
 * webhook-timestamp} (seconds since 1970) and {@code webhook-signature} ({@code v1,} and the
 * HMAC-SHA256, in base64, of id, timestamp and body with dots between them).
 */
public final class Webhook {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STANDARD_PREFIX = "whsec_";

  /** Request timeout, too early, too many requests. */
  private static final List<Integer> LATER = List.of(408, 425, 429);

  private static final int BLOCK = 64 * 1024;

  private final Clock clock;
  private byte[] secret = {};
  private boolean pictures = true;

  public Webhook() {
    this(Clock.systemUTC());
  }

  Webhook(Clock clock) {
    this.clock = clock;
  }

  /** The key of the signature: any text, or {@code whsec_} and base64. */
  public void setSecret(String secret) {
    this.secret =
        secret.startsWith(STANDARD_PREFIX)
            ? Base64.getDecoder().decode(secret.substring(STANDARD_PREFIX.length()))
            : secret.getBytes(StandardCharsets.UTF_8);
  }

  /** {@code picture} to send the pictures, {@code place} to say where they are. */
  public void setContent(String content) {
    if (!List.of("picture", "place").contains(content)) {
      throw new IllegalArgumentException(
          "webhook.content: '" + content + "' is not known; write picture or place");
    }
    this.pictures = content.equals("picture");
  }

  /** Whether a service refused a request that it would refuse again. */
  static boolean isRefusal(Throwable failure) {
    return failure instanceof HttpOperationFailedException answer
        && answer.getStatusCode() < 500
        && !LATER.contains(answer.getStatusCode());
  }

  /**
   * Makes the request of the outputs in the body, and sends it to {@code direct:webhook-post}.
   *
   * @throws Exception why it could not be sent, or was not taken
   */
  public void post(Exchange exchange) throws Exception {
    Exchange request = new DefaultExchange(exchange.getContext());
    prepare(exchange, request.getMessage());
    try (ProducerTemplate template = exchange.getContext().createProducerTemplate()) {
      template.send("direct:webhook-post", request);
    }
    Exception failure = request.getException();
    if (failure != null) {
      throw failure;
    }
  }

  private void prepare(Exchange exchange, Message message) throws IOException {
    List<Output> outputs = new ArrayList<>();
    for (Object output : exchange.getMessage().getBody(List.class)) {
      outputs.add((Output) output);
    }
    JobKey.Asked asked = JobKey.Asked.of(exchange);
    String id = asked == null ? exchange.getExchangeId() : asked.jobKey();
    String boundary = "volccv-" + UUID.randomUUID();
    RequestParts body =
        pictures
            ? multipart(outputs, boundary)
            : new RequestParts(List.of(RequestParts.bytes(places(exchange, outputs))));
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    message.setBody(body);
    message.setHeader(
        Exchange.CONTENT_TYPE,
        pictures ? "multipart/form-data; boundary=" + boundary : "application/json");
    message.setHeader(Exchange.HTTP_METHOD, "POST");
    message.setHeader("Idempotency-Key", id);
    message.setHeader("webhook-id", id);
    message.setHeader("webhook-timestamp", timestamp);
    message.setHeader("webhook-signature", "v1," + signature(id, timestamp, body));
  }

  private static RequestParts multipart(List<Output> outputs, String boundary) {
    List<RequestParts.Part> parts = new ArrayList<>();
    for (Output output : outputs) {
      parts.add(head(boundary, "provenance", output.name() + ".json", "application/json"));
      parts.add(RequestParts.bytes(output.provenance()));
      parts.add(RequestParts.text("\r\n"));
      parts.add(head(boundary, "picture", output.name(), output.image().mediaType()));
      parts.add(RequestParts.picture(output.image()));
      parts.add(RequestParts.text("\r\n"));
    }
    parts.add(RequestParts.text("--" + boundary + "--\r\n"));
    return new RequestParts(parts);
  }

  private static RequestParts.Part head(
      String boundary, String field, String file, String mediaType) {
    // Escaped as browsers do it; control characters are in no name (SafePath).
    String quoted = file.replace("\"", "%22");
    return RequestParts.text(
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                .formatted(boundary, field, quoted)
            + "Content-Type: %s\r\n\r\n".formatted(mediaType));
  }

  private static byte[] places(Exchange exchange, List<Output> outputs) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("outputs");
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      ObjectNode one = list.addObject().put("name", output.name());
      ArrayNode places = one.putArray("places");
      Outputs.places(exchange, i).forEach(place -> places.add(place.toString()));
      one.set("provenance", JSON.readTree(output.provenance()));
    }
    return JSON.writeValueAsBytes(root);
  }

  private String signature(String id, String timestamp, RequestParts body) throws IOException {
    try (InputStream in = body.open()) {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      byte[] block = new byte[BLOCK];
      for (int n = in.read(block); n >= 0; n = in.read(block)) {
        mac.update(block, 0, n);
      }
      return Base64.getEncoder().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
