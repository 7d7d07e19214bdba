package io.volccv.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves to public addresses only. A URL in an answer could otherwise make us fetch from inside
 * the network ({@code http://169.254.169.254/}); the check is here, where the connection takes its
 * address from, so that a name cannot resolve to something else the second time.
 */
final class PublicAddresses implements DnsResolver {

  static final String PRIVATE = "it leads to a private address";

  /** Whether two URLs have the same scheme, host and port. */
  static boolean sameOrigin(URI url, URI origin) {
    return origin.getScheme().equalsIgnoreCase(url.getScheme())
        && origin.getHost().equalsIgnoreCase(url.getHost())
        && port(origin) == port(url);
  }

  private static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return "http".equalsIgnoreCase(url.getScheme()) ? 80 : 443;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
    if (!Arrays.stream(addresses).allMatch(PublicAddresses::isPublic)) {
      throw new PrivateAddressException();
    }
    return addresses;
  }

  /** Whether a name leads to a private address as far as it is known here. */
  boolean isKnownPrivate(String host) {
    try {
      resolve(host);
      return false;
    } catch (PrivateAddressException e) {
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
  }

  /** The only kind of refusal that a resolver may give, told apart from a name that is unknown. */
  static final class PrivateAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    PrivateAddressException() {
      super(PRIVATE);
    }
  }

  private static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet6Address ? isPublicV6(bytes) : isPublicV4(bytes);
  }

  /** Also shut: 0/8, 100.64/10 (carriers), 192.0.0/24, 198.18/15 (benchmarks), 240/4. */
  private static boolean isPublicV4(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    return first != 0
        && !(first == 100 && second >= 64 && second < 128)
        && !(first == 192 && second == 0 && bytes[2] == 0)
        && !(first == 198 && (second == 18 || second == 19))
        && first < 240;
  }

  /** Also shut: unique local (fc00::/7), and forms that carry an IPv4 address. */
  private static boolean isPublicV6(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    boolean nat64 = first == 0x00 && second == 0x64;
    boolean sixToFour = first == 0x20 && second == 0x02;
    boolean teredo = first == 0x20 && second == 0x01 && bytes[2] == 0 && bytes[3] == 0;
    boolean embedded = Arrays.equals(bytes, 0, 10, new byte[10], 0, 10);
    return (first & 0xfe) != 0xfc && !nat64 && !sixToFour && !teredo && !embedded;
  }
}
