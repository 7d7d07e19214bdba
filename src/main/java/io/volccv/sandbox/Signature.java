package io.volccv.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The check of an HMAC-SHA256 signature, as the vendor's OpenAPI gateway does it: whatever the
 * header declares as signed is verified, in the order in which it is declared, since the vendor's
 * own SDKs differ in both.
 *
 * @see <a href="https://www.volcengine.com/docs/6369/67269">the vendor on signing</a>
 */
final class Signature {
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final DateTimeFormatter X_DATE =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT);
  private static final Pattern PART =
      Pattern.compile("\\s*(Credential|SignedHeaders|Signature)=([^,\\s]*)\\s*");
  private static final String SCHEME = "HMAC-SHA256";

  private final String accessKeyId;
  private final String secretAccessKey;
  private final String region;
  private final String service;
  private final Clock clock;

  Signature(String accessKeyId, String secretAccessKey, Clock clock) {
    this.accessKeyId = accessKeyId;
    this.secretAccessKey = secretAccessKey;
    this.region = "cn-north-1";
    this.service = "cv";
    this.clock = clock;
  }

  /**
   * A request as it arrived.
   *
   * @param query the raw query, or null
   * @param header a header's value by its lower-case name, or null
   * @param bodySha256 the hash of the body that really came
   */
  record Signed(
      String method,
      String path,
      @Nullable String query,
      Function<String, @Nullable String> header,
      String bodySha256) {}

  /** What is wrong with the signature, or nothing. */
  Optional<ApiError> check(Signed request) {
    try {
      verify(request);
      return Optional.empty();
    } catch (Refusal e) {
      return Optional.of(e.error());
    }
  }

  private void verify(Signed request) throws Refusal {
    Authorization authorization = Authorization.parse(request.header().apply("authorization"));
    String xDate = request.header().apply("x-date");
    if (xDate == null || xDate.isBlank()) {
      throw refusal("MissingRequestInfo");
    }
    checkTime(xDate);
    String[] credential = authorization.credential().split("/", -1);
    String day = xDate.substring(0, 8);
    if (credential.length != 5 || !credential[1].equals(day) || !credential[4].equals("request")) {
      throw refusal("InvalidCredential");
    }
    if (!credential[2].equals(region) || !credential[3].equals(service)) {
      throw new Refusal(
          ErrorTable.get("InvalidCredential")
              .because(
                  "The Credential names another region or service than "
                      + region
                      + "/"
                      + service
                      + "."));
    }
    if (!credential[0].equals(accessKeyId)) {
      throw refusal("InvalidAccessKey");
    }
    checkToken(request, authorization);
    String scope = day + "/" + region + "/" + service + "/request";
    String canonical = canonical(request, authorization.signedHeaders());
    String toSign = SCHEME + "\n" + xDate + "\n" + scope + "\n" + Hash.of(utf8(canonical));
    byte[] key = hmac(hmac(hmac(hmac(utf8(secretAccessKey), day), region), service), "request");
    byte[] expected = utf8(HexFormat.of().formatHex(hmac(key, toSign)));
    String declaredHash = request.header().apply("x-content-sha256");
    boolean bodyMatches = declaredHash == null || declaredHash.equals(request.bodySha256());
    if (!MessageDigest.isEqual(expected, utf8(authorization.signature())) || !bodyMatches) {
      throw refusal("SignatureDoesNotMatch");
    }
  }

  private void checkTime(String xDate) throws Refusal {
    Instant signed;
    try {
      signed = LocalDateTime.parse(xDate, X_DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new Refusal(
          ErrorTable.get("InvalidTimestamp")
              .because("X-Date is not yyyyMMdd'T'HHmmss'Z': " + e.getMessage()));
    }
    if (Duration.between(signed, clock.instant()).abs().compareTo(SKEW) > 0) {
      throw refusal("InvalidTimestamp");
    }
  }

  private static void checkToken(Signed request, Authorization authorization) throws Refusal {
    String token = request.header().apply("x-security-token");
    if (token != null
        && (token.isBlank() || !authorization.signedHeaders().contains("x-security-token"))) {
      throw refusal("InvalidSecretToken");
    }
  }

  private static String canonical(Signed request, List<String> signedHeaders) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append('\n');
    text.append(CanonicalQuery.path(request.path())).append('\n');
    text.append(CanonicalQuery.of(request.query())).append('\n');
    for (String name : signedHeaders) {
      String value = request.header().apply(name);
      text.append(name)
          .append(':')
          .append(value == null ? "" : canonicalValue(name, value))
          .append('\n');
    }
    text.append('\n')
        .append(String.join(";", signedHeaders))
        .append('\n')
        .append(request.bodySha256());
    return text.toString();
  }

  /** A host is signed without the port when it is the protocol's own. */
  private static String canonicalValue(String name, String value) {
    String trimmed = value.trim();
    return name.equals("host") ? trimmed.replaceFirst(":(80|443)$", "") : trimmed;
  }

  private static Refusal refusal(String code) {
    return new Refusal(ErrorTable.get(code));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** The parts of the Authorization header. */
  private record Authorization(String credential, List<String> signedHeaders, String signature) {

    static Authorization parse(@Nullable String header) throws Refusal {
      if (header == null || header.isBlank()) {
        throw refusal("MissingAuthenticationToken");
      }
      if (!header.startsWith(SCHEME + " ")) {
        throw refusal("InvalidAuthorization");
      }
      String credential = null;
      String signedHeaders = null;
      String signature = null;
      for (String part : header.substring(SCHEME.length()).split(",", -1)) {
        Matcher matcher = PART.matcher(part);
        if (!matcher.matches()) {
          throw refusal("InvalidAuthorization");
        }
        switch (matcher.group(1)) {
          case "Credential" -> credential = matcher.group(2);
          case "SignedHeaders" -> signedHeaders = matcher.group(2);
          default -> signature = matcher.group(2);
        }
      }
      if (credential == null || credential.isEmpty()) {
        throw refusal("InvalidCredential");
      }
      if (signature == null || signature.isEmpty()) {
        throw refusal("MissingSignature");
      }
      if (signedHeaders == null || signedHeaders.isEmpty()) {
        throw refusal("InvalidAuthorization");
      }
      return new Authorization(
          credential, List.of(signedHeaders.toLowerCase(Locale.ROOT).split(";")), signature);
    }
  }
}
