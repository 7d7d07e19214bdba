package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;

/** Calls as the tests make them, with the JDK's client, so that nothing of ours checks itself. */
final class TestCalls {
  static final ObjectMapper JSON = new ObjectMapper();
  static final String QUERY = "?Action=CVProcess&Version=2022-08-31";
  static final String SEED = "high_aes_scheduler_svr_controlnet_v2.0";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Sandbox sandbox;

  TestCalls(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** An answer and its JSON. */
  record Answer(int status, byte[] body, HttpResponse<byte[]> http) {
    JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    int code() {
      return json().path("code").asInt(-1);
    }

    byte[] picture(int index) {
      return Base64.getDecoder().decode(json().at("/data/binary_data_base64/" + index).asText());
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }
  }

  Answer post(String body) {
    return join(postAsync(body));
  }

  CompletableFuture<Answer> postAsync(String body) {
    return send(request(QUERY, body).header("Authorization", "Bearer sandbox-key").build());
  }

  Answer post(String action, String version, String body) {
    return join(postAsync(action, version, body));
  }

  CompletableFuture<Answer> postAsync(String action, String version, String body) {
    String query = "?Action=" + action + "&Version=" + version;
    return send(request(query, body).header("Authorization", "Bearer sandbox-key").build());
  }

  Answer post(HttpRequest request) {
    return join(send(request));
  }

  CompletableFuture<Answer> sendWithTimeout(HttpRequest.Builder request, Duration timeout) {
    return send(request.timeout(timeout).build());
  }

  HttpRequest.Builder request(String query, String body) {
    return HttpRequest.newBuilder(URI.create(sandbox.gateway() + query))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  Answer get(String url) {
    return join(send(HttpRequest.newBuilder(URI.create(url)).build()));
  }

  Answer admin(String method, String path, String body) {
    HttpRequest.BodyPublisher publisher = HttpRequest.BodyPublishers.ofString(body);
    return join(
        send(
            HttpRequest.newBuilder(URI.create(sandbox.uri() + "/_sandbox/" + path))
                .method(method, publisher)
                .build()));
  }

  private CompletableFuture<Answer> send(HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(reply -> new Answer(reply.statusCode(), reply.body(), reply));
  }

  private static Answer join(CompletableFuture<Answer> answer) {
    return answer.join();
  }

  /** A call of a text model, which needs no picture. */
  static String textCall(String prompt) {
    return "{\"req_key\":\"high_aes_general_v30l_zt2i\",\"prompt\":\""
        + prompt
        + "\",\"seed\":7,\"width\":16,\"height\":16}";
  }

  /** The vendor's example with this picture. */
  static String seedCall(byte[] picture) {
    return """
        {"req_key":"%s","binary_data_base64":["%s"],"prompt":"a dog","seed":7,"scale":3.0,"ddim_steps":16,
         "controlnet_args":[{"type":"canny","strength":0.4,"binary_data_index":0}]}"""
        .formatted(SEED, Base64.getEncoder().encodeToString(picture));
  }

  static byte[] png(int width, int height) {
    return png(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
