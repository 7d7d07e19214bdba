package io.volccv.bench.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The vendor's signature, with nothing but the JDK. */
final class RawSignature {

  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private RawSignature() {}

  /**
   * The lines of the head that sign a call.
   *
   * @param bodyHash SHA-256 of the body
   */
  static String headers(Target target, String query, byte[] bodyHash)
      throws GeneralSecurityException {
    String hash = hex(bodyHash);
    String date = X_DATE.format(Instant.now());
    String names = "content-type;host;x-content-sha256;x-date";
    String canonical =
        "POST\n/\n"
            + query
            + "\ncontent-type:application/json\nhost:127.0.0.1:"
            + target.port()
            + "\nx-content-sha256:"
            + hash
            + "\nx-date:"
            + date
            + "\n\n"
            + names
            + "\n"
            + hash;
    String day = date.substring(0, 8);
    String scope = day + "/cn-north-1/cv/request";
    byte[] key = Target.SECRET_ACCESS_KEY.getBytes(UTF_8);
    for (String word : new String[] {day, "cn-north-1", "cv", "request"}) {
      key = hmac(key, word);
    }
    String toSign =
        "HMAC-SHA256\n"
            + date
            + "\n"
            + scope
            + "\n"
            + hex(MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(UTF_8)));
    return "X-Date: "
        + date
        + "\r\nX-Content-Sha256: "
        + hash
        + "\r\nAuthorization: HMAC-SHA256 Credential="
        + Target.ACCESS_KEY_ID
        + "/"
        + scope
        + ", SignedHeaders="
        + names
        + ", Signature="
        + hex(hmac(key, toSign))
        + "\r\n";
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
