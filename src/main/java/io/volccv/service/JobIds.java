package io.volccv.service;

import io.volccv.files.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The names of jobs: what a client chose as Idempotency-Key, which is the job key, or a new one.
 */
final class JobIds {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
  private static final SecureRandom RANDOM = new SecureRandom();

  private JobIds() {}

  /** One that nobody can guess. */
  static String next() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return "http-" + HexFormat.of().formatHex(bytes);
  }

  /** Whether a job can be called so; {@code .} and {@code ..} can't be in an address. */
  static boolean isId(String text) {
    return ID.matcher(text).matches() && !text.matches("\\.{1,2}");
  }

  /** What its folders are called: an id of a stranger is no file name on every system. */
  static String folder(String id) {
    return Hashes.sha256(id.getBytes(StandardCharsets.UTF_8));
  }
}
