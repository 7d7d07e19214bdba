package io.volccv.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.files.JobReader;
import io.volccv.files.JobRules;
import io.volccv.files.Output;
import io.volccv.model.Content;
import io.volccv.model.CvImage;
import io.volccv.model.Job;
import io.volccv.model.MediaFormat;
import io.volccv.model.Spool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A door whose queue is a list, and who ends its jobs. */
final class HttpDoorHome implements AutoCloseable {
  static final Path PHOTO = Path.of("samples/coffee.png");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What was put into the queue. */
  record Queued(String json, Map<String, Object> headers) {

    JsonNode job() {
      try {
        return JSON.readTree(json);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  final Path folder;
  final List<Queued> queue = new CopyOnWriteArrayList<>();
  final HttpDoor door = new HttpDoor();
  final HttpClient client;
  volatile boolean queueIsDown;
  private final DefaultCamelContext context = new DefaultCamelContext();

  HttpDoorHome(Path folder, Consumer<HttpDoor> options) throws Exception {
    this(folder, options, HttpClient.newHttpClient());
  }

  HttpDoorHome(Path folder, Consumer<HttpDoor> options, HttpClient client) throws Exception {
    this.folder = folder;
    this.client = client;
    JobRules rules = new JobRules();
    rules.setReqKey("model");
    rules.setTo("direct:to-http");
    door.setPort(0);
    door.setFolder(folder.resolve("http").toString());
    door.setPictures(folder.resolve("pictures").toString());
    options.accept(door);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:http-job")
                .errorHandler(noErrorHandler())
                .process(
                    exchange -> {
                      if (queueIsDown) {
                        throw new IOException("the queue is down");
                      }
                      queue.add(
                          new Queued(
                              exchange.getMessage().getBody(String.class),
                              exchange.getMessage().getHeaders()));
                    });
          }
        });
    context.getRegistry().bind("rules", rules);
    context.getRegistry().bind("door", door);
    door.setCamelContext(context);
    context.start();
  }

  URI uri(String path) {
    return URI.create(door.uri() + path);
  }

  HttpResponse<String> get(String path, String... headers) throws Exception {
    return client.send(with(HttpRequest.newBuilder(uri(path)), headers), BodyHandlers.ofString());
  }

  HttpResponse<byte[]> bytes(String path) throws Exception {
    return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<String> post(String path, String type, byte[] body, String... headers)
      throws Exception {
    return client.send(postRequest(path, type, body, headers), BodyHandlers.ofString());
  }

  HttpRequest postRequest(String path, String type, byte[] body, String... headers) {
    return with(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofByteArray(body)),
        headers);
  }

  HttpResponse<String> json(String job, String... headers) throws Exception {
    return post("/jobs", "application/json", job.getBytes(StandardCharsets.UTF_8), headers);
  }

  private static HttpRequest with(HttpRequest.Builder request, String... headers) {
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  static JsonNode tree(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** The file that a queued job names. */
  Path upload(Queued queued, int picture) {
    return folder
        .resolve("pictures")
        .resolve(queued.job().path("pictures").path(picture).path("file").asText());
  }

  /** As the routes do when the job with this id has got its picture. */
  void finish(String id, byte[] picture) throws IOException {
    JobStore store = new JobStore(folder.resolve("http"));
    store.keep(
        id,
        List.of(
            new Output(
                "cats/tom.png",
                new CvImage(MediaFormat.PNG, stored(picture)),
                "{\"prompt\": \"a cat\", \"outputSha256\": \"abc\"}"
                    .getBytes(StandardCharsets.UTF_8))));
    end(id, Job.Outcome.DONE, null);
  }

  private static Spool.Stored stored(byte[] picture) {
    Content content = Content.of(picture);
    return new Spool.Stored() {
      @Override
      public long length() {
        return content.length();
      }

      @Override
      public ReadableByteChannel open() throws IOException {
        return content.open();
      }

      @Override
      public Optional<Path> file() {
        return Optional.empty();
      }

      @Override
      public Spool.Stored share() {
        return this;
      }

      @Override
      public void release() {
        // on the heap
      }
    };
  }

  void end(String id, Job.Outcome outcome, Throwable reason) {
    Job job = new JobReader("queue").map(id, Map.of("jobKey", id, "name", id));
    door.ended(job, outcome, null, List.of(), reason);
  }

  @Override
  public void close() {
    context.stop();
  }
}
