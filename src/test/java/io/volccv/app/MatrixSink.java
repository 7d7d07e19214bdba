package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What pictures can go to. A further sink is a further constant. */
enum MatrixSink {
  FOLDER {
    @Override
    Opened open(Path folder) {
      List<String> config =
          List.of("volccv.sinks=folder", "volccv.outbox=" + folder.resolve("outbox"));
      return new Outbox(folder.resolve("outbox"), config, () -> {});
    }
  },
  FTP {
    @Override
    Opened open(Path folder) throws Exception {
      return server(new FtpTestServer(folder, "none"));
    }
  },
  FTPS {
    @Override
    Opened open(Path folder) throws Exception {
      return server(new FtpTestServer(folder, "implicit"));
    }
  },
  SFTP {
    @Override
    Opened open(Path folder) throws Exception {
      return server(new SftpTestServer(folder));
    }
  },
  WEBHOOK {
    @Override
    Opened open(Path folder) throws Exception {
      return new Hook(new WebhookTestServer());
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
  abstract Opened open(Path folder) throws Exception;

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

  private static void add(Map<String, List<String>> to, JsonNode provenance, byte[] picture) {
    String name = provenance.get("prompt").textValue().replaceFirst("(?s),.*", "");
    to.computeIfAbsent(name, first -> new ArrayList<>()).add(hash(picture));
  }

  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
