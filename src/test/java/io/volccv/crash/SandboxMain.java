package io.volccv.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * The service in a process of its own. No two of its pictures are alike, so that each can be
 * followed by its hash: it writes down whose each one is before it answers.
 */
public final class SandboxMain {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a};
  private static final int MOST_BYTES = 60_000;

  private SandboxMain() {}

  /**
   * Runs until it is killed.
   *
   * @param args port, folder, latency, life of results
   */
  public static void main(String[] args) throws InterruptedException {
    Path folder = Path.of(args[1]);
    Path made = folder.resolve("made");
    SandboxOptions options =
        SandboxOptions.defaults()
            .withPort(Integer.parseInt(args[0]))
            .withLatency(SandboxOptions.Latency.parse(args[2]))
            .withTaskTtl(Duration.parse(args[3]))
            .withUrlTtl(Duration.parse(args[3]))
            .withState(folder.resolve("bill.jsonl"))
            .withPictures(request -> List.of(picture(made, request)));
    try (Sandbox sandbox = Sandbox.start(options)) {
      System.out.println(sandbox.uri());
      System.out.flush();
      new CountDownLatch(1).await();
    }
  }

  private static byte[] picture(Path made, JsonNode request) {
    Random random = new Random();
    byte[] picture = new byte[PNG.length + 100 + random.nextInt(MOST_BYTES)];
    random.nextBytes(picture);
    System.arraycopy(PNG, 0, picture, 0, PNG.length);
    String line = Mode.id(request.path("prompt").asText()) + " " + Hash.of(picture) + "\n";
    try {
      Files.writeString(made, line, UTF_8, CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return picture;
  }
}
