package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What pictures can go to. A further sink is a further constant. */
enum MatrixSink {
  FOLDER {
    @Override
    Opened open(Path folder, MatrixShared shared) {
      List<String> config =
          List.of("volccv.sinks=folder", "volccv.outbox=" + folder.resolve("outbox"));
      return new Outbox(folder.resolve("outbox"), config, () -> {});
    }
  },
  FTP {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return server(new FtpTestServer(folder, "none"));
    }
  },
  FTPS {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return server(new FtpTestServer(folder, "implicit"));
    }
  },
  SFTP {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return server(new SftpTestServer(folder));
    }
  },
  WEBHOOK {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return new Hook(new WebhookTestServer());
    }
  },
  QUEUE {
    @Override
    Opened open(Path folder, MatrixShared shared) {
      return new Results(shared.queue, shared.queueConfig("volccv.sinks=queue"), new HashMap<>());
    }
  },
  /** Pictures of all sources, which the source HTTP hands out. */
  HTTP {
    @Override
    Opened open(Path folder, MatrixShared shared) {
      List<String> config =
          shared.queueConfig(
              "volccv.sinks=http",
              "volccv.sources=http",
              "http.folder=" + folder,
              shared.door.config());
      return new Kept(shared.door, folder, config, new HashMap<>());
    }
  };

  /** A sink that runs. */
  interface Opened extends MatrixEnd {

    /**
     * The hashes of the pictures that are there, by their names: that with which the prompt in the
     * provenance begins, up to its first comma.
     */
    Map<String, List<String>> arrived() throws Exception;
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Starts it.
   *
   * @param folder its own
   */
  abstract Opened open(Path folder, MatrixShared shared) throws Exception;

  /** Those that one app can have at the same time: there is one {@code ftp.sink}. */
  static Set<MatrixSink> together() {
    return EnumSet.complementOf(EnumSet.of(FTPS));
  }

  private static Opened server(TestServer server) throws Exception {
    server.start();
    List<String> config = new ArrayList<>(server.config(server.kind() + ".out."));
    config.add("volccv.sinks=" + server.kind());
    config.add(server.kind() + ".sink=out");
    return new Outbox(server.root().resolve("outbox"), config, server);
  }

  /** A folder, on this machine or on a server. */
  private record Outbox(Path folder, List<String> config, AutoCloseable server) implements Opened {
    @Override
    public Map<String, List<String>> arrived() throws IOException {
      Map<String, List<String>> arrived = new HashMap<>();
      for (String file : TestServer.filesBelow(folder)) {
        if (!file.endsWith(".json") && !file.contains(".part-")) {
          byte[] picture = Files.readAllBytes(folder.resolve(file));
          add(arrived, JSON.readTree(folder.resolve(file + ".json").toFile()), picture);
        }
      }
      return arrived;
    }

    @Override
    public void close() throws Exception {
      server.close();
    }
  }

  /** A web service; what it is told again of the same job counts once, as we tell its author. */
  private record Hook(WebhookTestServer server) implements Opened {
    @Override
    public List<String> config() {
      return List.of(
          "volccv.sinks=webhook",
          "webhook.url=" + server.url(),
          "webhook.secret={{env:WEBHOOK_SECRET:}}");
    }

    @Override
    public Map<String, List<String>> arrived() throws IOException {
      Map<String, List<String>> arrived = new HashMap<>();
      Set<String> known = new HashSet<>();
      for (WebhookTestServer.Request request : server.requests) {
        if (known.add(request.header("idempotency-key"))) {
          List<byte[]> parts = WebhookTestServer.parts(request);
          add(arrived, JSON.readTree(parts.get(0)), parts.get(1));
        }
      }
      return arrived;
    }

    @Override
    public void close() {
      server.close();
    }
  }

  /** Messages, which are taken when they are looked at. */
  private record Results(QueueClient queue, List<String> config, Map<String, List<String>> taken)
      implements Opened {
    @Override
    public Map<String, List<String>> arrived() throws Exception {
      for (Message result : queue.take("volccv.results")) {
        BytesMessage message = (BytesMessage) result;
        byte[] picture = new byte[(int) message.getBodyLength()];
        message.readBytes(picture);
        add(taken, JSON.readTree(message.getStringProperty("volccvProvenance")), picture);
      }
      return taken;
    }

    @Override
    public void close() {
      // The queue is not its own.
    }
  }

  /** What the door hands out; the keys to ask with are in its folder. Each is asked for once. */
  private record Kept(
      DoorClient door, Path folder, List<String> config, Map<String, List<String>> fetched)
      implements Opened {
    @Override
    public Map<String, List<String>> arrived() throws Exception {
      Map<String, List<String>> arrived = new HashMap<>();
      for (String file : TestServer.filesBelow(folder)) {
        if (file.endsWith("/result.json")) {
          JsonNode kept = JSON.readTree(folder.resolve(file).toFile()).at("/pictures/0/provenance");
          String key = kept.path("jobKey").asText();
          if (!fetched.containsKey(key)) {
            fetch(key);
          }
          if (fetched.containsKey(key)) {
            arrived.put(name(kept), fetched.get(key));
          }
        }
      }
      return arrived;
    }

    private void fetch(String key) throws Exception {
      List<String> hashes = new ArrayList<>();
      Optional<JsonNode> job = door.job(key);
      for (JsonNode picture : job.isEmpty() ? List.<JsonNode>of() : job.get().path("pictures")) {
        door.get(picture.path("url").asText())
            .ifPresent(bytes -> hashes.add(MadePictures.hash(bytes)));
      }
      if (!hashes.isEmpty()) {
        fetched.put(key, hashes);
      }
    }

    @Override
    public void close() {
      // The door is not its own.
    }
  }

  private static void add(Map<String, List<String>> to, JsonNode provenance, byte[] picture) {
    to.computeIfAbsent(name(provenance), first -> new ArrayList<>())
        .add(MadePictures.hash(picture));
  }

  private static String name(JsonNode provenance) {
    return MadePictures.name(provenance.path("prompt").textValue());
  }
}
