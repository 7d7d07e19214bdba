package io.volccv.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import io.volccv.model.Content;
import io.volccv.model.HttpCall;
import io.volccv.signing.Credentials.AccessKey;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vendor's HMAC-SHA256 signature of one call: an AWS-V4 sibling with its own names, and with
 * the secret key used raw, neither decoded nor prefixed.
 *
 * @see <a href="https://www.volcengine.com/docs/6369/67269">the vendor's signature</a>
 */
final class Signature {

  private static final String ALGORITHM = "HMAC-SHA256";
  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final int BLOCK_BYTES = 32 * 1024;

  private final AccessKey key;
  private final HttpCall call;
  private final String date;

  Signature(AccessKey key, HttpCall call, Instant now) throws IOException {
    this.key = key;
    this.date = X_DATE.format(now);
    HttpCall dated =
        call.withHeader("X-Date", date).withHeader("X-Content-Sha256", hex(hash(call.body())));
    this.call =
        key.sessionToken() == null
            ? dated
            : dated.withHeader("X-Security-Token", key.sessionToken());
  }

  HttpCall signedCall() {
    SortedMap<String, String> headers = signedHeaders();
    String names = String.join(";", headers.keySet());
    String scope = String.join("/", day(), key.region(), key.service(), "request");
    String toSign =
        String.join(
            "\n", ALGORITHM, date, scope, hex(sha256().digest(utf8(canonical(headers, names)))));
    String signature = hex(hmac(signingKey(), toSign));
    return call.withHeader(
        "Authorization",
        "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(ALGORITHM, key.accessKeyId(), scope, names, signature));
  }

  /** Lower-cased names to values: Content-Type, Host, and all whose name starts with X-. */
  private SortedMap<String, String> signedHeaders() {
    SortedMap<String, String> signed = new TreeMap<>();
    signed.put("host", host(call.uri()));
    call.headers()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (lower.startsWith("x-") || lower.equals("content-type")) {
                signed.put(lower, value.trim());
              }
            });
    return signed;
  }

  private String canonical(SortedMap<String, String> headers, String names) {
    String lines =
        headers.entrySet().stream()
            .map(header -> header.getKey() + ":" + header.getValue() + "\n")
            .collect(joining());
    return String.join(
        "\n",
        "POST",
        path(call.uri()),
        query(call.uri()),
        lines,
        names,
        headers.getOrDefault("x-content-sha256", ""));
  }

  private static String path(URI uri) {
    String path = uri.getPath();
    return path == null || path.isEmpty()
        ? "/"
        : Arrays.stream(path.split("/", -1)).map(Signature::encode).collect(joining("/"));
  }

  private static String query(URI uri) {
    if (uri.getRawQuery() == null) {
      return "";
    }
    return Arrays.stream(uri.getRawQuery().split("&"))
        .map(pair -> pair.split("=", 2))
        .map(pair -> Map.entry(decode(pair[0]), pair.length > 1 ? decode(pair[1]) : ""))
        .sorted(Comparator.comparing(Map.Entry::getKey))
        .map(pair -> encode(pair.getKey()) + "=" + encode(pair.getValue()))
        .collect(joining("&"));
  }

  /**
   * The Host header as an HTTP client writes it: the port only where it is not the scheme's own.
   */
  private static String host(URI uri) {
    int port = uri.getPort();
    return port == -1 || port == 80 || port == 443 ? uri.getHost() : uri.getHost() + ":" + port;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  /** Percent-encodes all but RFC 3986's unreserved characters; a space is %20 and never a plus. */
  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : utf8(text)) {
      char c = (char) (b & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || "-_.~".indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      }
    }
    return encoded.toString();
  }

  private String day() {
    return date.substring(0, 8);
  }

  private byte[] signingKey() {
    byte[] secret = utf8(key.secretAccessKey());
    return hmac(hmac(hmac(hmac(secret, day()), key.region()), key.service()), "request");
  }

  private static byte[] hash(Content body) throws IOException {
    MessageDigest digest = sha256();
    byte[] block = new byte[(int) Math.min(BLOCK_BYTES, Math.max(1, body.length()))];
    ByteBuffer buffer = ByteBuffer.wrap(block);
    try (ReadableByteChannel channel = body.open()) {
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(block, 0, buffer.position());
      }
    }
    return digest.digest();
  }

  private static byte[] hmac(byte[] secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HmacSHA256", e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
