package io.volccv.signing;

import static java.util.Objects.requireNonNull;

import io.volccv.model.HttpCall;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What proves to the service who calls: turns a call into a signed call. Sign at each attempt, a
 * signature is good for minutes only.
 */
public sealed interface Credentials {

  /**
   * The same call with the headers that prove who sends it.
   *
   * @param now the time that is signed; the service compares it with its own clock
   * @throws IOException when the body cannot be read
   */
  HttpCall sign(HttpCall call, Instant now) throws IOException;

  /** Whether {@link #sign} reads the whole body, which may take a while. */
  boolean readsBody();

  /** A key for a gateway, sent as {@code Authorization: Bearer}. */
  record ApiKey(String apiKey) implements Credentials {

    public ApiKey {
      requireText(apiKey, "apiKey");
    }

    @Override
    public HttpCall sign(HttpCall call, Instant now) {
      return call.withHeader("Authorization", "Bearer " + apiKey);
    }

    @Override
    public boolean readsBody() {
      return false;
    }

    @Override
    public String toString() {
      return "ApiKey[***]";
    }
  }

  /**
   * A pair of keys of the vendor's, which sign each call with HMAC-SHA256.
   *
   * @param sessionToken for temporary keys, else null
   * @param region the vendor's, {@code cn-north-1} for the visual service
   * @param service the vendor's, {@code cv} for the visual service
   * @see <a href="https://www.volcengine.com/docs/6369/67269">the vendor's signature</a>
   */
  record AccessKey(
      String accessKeyId,
      String secretAccessKey,
      @Nullable String sessionToken,
      String region,
      String service)
      implements Credentials {

    public AccessKey {
      requireText(accessKeyId, "accessKeyId");
      requireText(secretAccessKey, "secretAccessKey");
      requireText(region, "region");
      requireText(service, "service");
    }

    @Override
    public HttpCall sign(HttpCall call, Instant now) throws IOException {
      return new Signature(this, call, now).signedCall();
    }

    @Override
    public boolean readsBody() {
      return true;
    }

    @Override
    public String toString() {
      return "AccessKey[***, " + region + ", " + service + "]";
    }
  }

  private static void requireText(String value, String name) {
    if (requireNonNull(value, name + " is null").isBlank()) {
      throw new IllegalArgumentException(name + " is blank");
    }
  }
}
