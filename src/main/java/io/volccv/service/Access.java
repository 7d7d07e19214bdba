package io.volccv.service;

import io.volccv.files.Hashes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Who may use the door: whoever has the token. Without one, every program of this machine, but no
 * web page: a browser that is led to {@code http://127.0.0.1} says where the page came from, or
 * asks for another host.
 */
final class Access {
  private static final String BEARER = "Bearer ";
  private static final Set<String> LOCAL = Set.of("127.0.0.1", "localhost", "[::1]", "::1");

  private final byte[] token;

  /**
   * @param token empty for none
   */
  Access(String token) {
    this.token = token.isEmpty() ? new byte[0] : hash(token);
  }

  /**
   * @throws Problem when the request is refused
   */
  void check(Request request) throws Problem {
    if (token.length > 0) {
      String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
      boolean isBearer = given != null && given.regionMatches(true, 0, BEARER, 0, BEARER.length());
      // Hashes have one length, and are compared in the same time wherever they differ.
      if (!isBearer
          || !MessageDigest.isEqual(token, hash(given.substring(BEARER.length()).strip()))) {
        throw new Problem(401, "send the header Authorization: Bearer and the token (http.token)");
      }
      return;
    }
    String host = Request.getServerName(request).toLowerCase(Locale.ROOT);
    if (!LOCAL.contains(host) || request.getHeaders().contains(HttpHeader.ORIGIN)) {
      throw new Problem(403, "without a token (http.token) no web page may use this service");
    }
  }

  private static byte[] hash(String token) {
    return Hashes.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
  }
}
