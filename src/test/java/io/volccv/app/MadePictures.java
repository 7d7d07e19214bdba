package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.sandbox.SandboxOptions.Latency;
import io.volccv.testing.SandboxExtension;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a sandbox makes: no two pictures are alike, so that each can be followed by its hash. */
final class MadePictures {
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};

  private final Map<String, List<String>> made = new ConcurrentHashMap<>();
  private final int least;
  private final int most;

  /**
   * @param least how many bytes one has at least
   * @param most below this it stays
   */
  MadePictures(int least, int most) {
    this.least = least;
    this.most = most;
  }

  /** A service that makes them. */
  SandboxExtension sandbox() {
    return sandbox(Duration.ZERO, Duration.ZERO);
  }

  /** A service that takes so long for each. */
  SandboxExtension sandbox(Duration shortest, Duration longest) {
    return SandboxExtension.create(
        options -> options.withPictures(this::make).withLatency(new Latency(shortest, longest)));
  }

  /** A picture for a request. */
  List<byte[]> make(JsonNode request) {
    Random random = new Random();
    byte[] picture = new byte[least + random.nextInt(most - least)];
    random.nextBytes(picture);
    System.arraycopy(JPEG, 0, picture, 0, JPEG.length);
    made.computeIfAbsent(
            name(request.path("prompt").asText()), name -> new CopyOnWriteArrayList<>())
        .add(hash(picture));
    return List.of(picture);
  }

  /** The hashes of the pictures whose prompts begin with that name. */
  List<String> of(String name) {
    return made.getOrDefault(name, List.of());
  }

  /** The hashes of all of them. */
  List<String> all() {
    return made.values().stream().flatMap(List::stream).toList();
  }

  void forget() {
    made.clear();
  }

  /** That with which a prompt begins, up to its first comma. */
  static String name(String prompt) {
    return prompt == null ? "" : prompt.replaceFirst("(?s),.*", "");
  }

  static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
