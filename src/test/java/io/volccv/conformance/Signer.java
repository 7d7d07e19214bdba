package io.volccv.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vendor's signature, written a third time from its documentation, so that neither the client
 * nor the sandbox checks itself.
 */
final class Signer {
  private Signer() {}

  /**
   * The value of the Authorization header.
   *
   * @param path as it is sent
   * @param query as it is sent, each name and value already in canonical encoding
   * @param headers by lower-case name; {@code x-date} is one of them
   * @param signedHeaders the names of those to sign, in the order in which they are declared
   */
  static String sign(
      Endpoint.KeyPair keys,
      String region,
      String method,
      String path,
      String query,
      Map<String, String> headers,
      List<String> signedHeaders,
      byte[] body) {
    String date = headers.get("x-date");
    String day = date.substring(0, 8);
    String names = String.join(";", signedHeaders);
    String values =
        signedHeaders.stream()
            .map(name -> name + ":" + headers.get(name) + "\n")
            .collect(Collectors.joining());
    String canonical =
        String.join("\n", method, path, sorted(query), values, names, hex(sha256(body)));
    String scope = day + "/" + region + "/cv/request";
    String toSign = String.join("\n", "HMAC-SHA256", date, scope, hex(sha256(utf8(canonical))));
    byte[] key = utf8(keys.secretAccessKey());
    for (String part : List.of(day, region, "cv", "request")) {
      key = hmac(key, part);
    }
    return "HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
        .formatted(keys.accessKeyId(), scope, names, hex(hmac(key, toSign)));
  }

  static String sha256Hex(byte[] bytes) {
    return hex(sha256(bytes));
  }

  /** By name, upper case first; no query here has a name twice. */
  private static String sorted(String query) {
    return Arrays.stream(query.split("&"))
        .sorted(Comparator.comparing(pair -> pair.substring(0, pair.indexOf('='))))
        .collect(Collectors.joining("&"));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
