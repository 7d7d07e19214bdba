package io.volccv.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * Whose certificates are trusted: those that Java trusts, or those in a file. Needed even for the
 * first, since an FTPS endpoint without it takes any certificate that has not expired.
 */
public final class ServerTrust extends SSLContextParameters {

  private final @Nullable Path file;

  /** What Java trusts. */
  public ServerTrust() {
    this.file = null;
  }

  /**
   * Nothing but what a file says.
   *
   * @param pem its path; one or more certificates of authorities or servers in PEM
   */
  public ServerTrust(String pem) {
    this.file = Path.of(pem);
  }

  @Override
  public SSLContext createSSLContext(@Nullable CamelContext camel)
      throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, file == null ? null : trusted(file), new SecureRandom());
    return context;
  }

  private static TrustManager[] trusted(Path file) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("trusted-" + store.size(), one);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
