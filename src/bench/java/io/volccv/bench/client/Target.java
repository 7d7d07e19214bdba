package io.volccv.bench.client;

import io.volccv.bench.Payload;
import java.nio.file.Path;

/**
 * What a client calls, and with what.
 *
 * @param port of the server, on the loopback
 * @param concurrency how many calls at a time
 * @param input the picture that is sent, a file; missing for a payload without one
 * @param folder for the pictures that come, and whatever else the client writes
 */
public record Target(int port, Payload payload, int concurrency, Path input, Path folder) {

  public static final String PROMPT = "a watercolour of the same scene, soft light, no text";
  public static final String TEXT_MODEL = "high_aes_general_v30l_zt2i";
  public static final String PICTURE_MODEL = "high_aes_scheduler_svr_controlnet_v2.0";
  public static final String API_KEY = "bench-key";
  public static final String ACCESS_KEY_ID = "AKLTBENCH";
  public static final String SECRET_ACCESS_KEY = "YmVuY2gtc2VjcmV0";

  /** A line that {@link #parse} reads. */
  public String line() {
    return String.join(
        "\t", "" + port, payload.name(), "" + concurrency, input.toString(), folder.toString());
  }

  static Target parse(String line) {
    String[] words = line.split("\t");
    return new Target(
        Integer.parseInt(words[0]),
        Payload.valueOf(words[1]),
        Integer.parseInt(words[2]),
        Path.of(words[3]),
        Path.of(words[4]));
  }

  public String url() {
    return "http://127.0.0.1:" + port + "/";
  }

  public String reqKey() {
    return payload.hasInput() ? PICTURE_MODEL : TEXT_MODEL;
  }

  /**
   * Every client brings whole pictures, or it is not measured.
   *
   * @throws IllegalStateException when it did not
   */
  public void requireWhole(int pictures, long bytes) {
    long expected = (long) payload.outputs() * payload.outputBytes();
    if (pictures != payload.outputs() || bytes != expected) {
      throw new IllegalStateException(pictures + " pictures came, " + bytes + " bytes in all");
    }
  }
}
