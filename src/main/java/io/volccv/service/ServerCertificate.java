package io.volccv.service;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A certificate with its key in PEM, as an authority hands them out. */
final class ServerCertificate {
  private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");

  private ServerCertificate() {}

  /**
   * @param chain the certificate, then those that vouch for it
   * @param key unencrypted, PKCS #8
   * @throws IllegalArgumentException when they cannot be read, for the configuration
   */
  static SslContextFactory.Server tls(Path chain, Path key) {
    try (InputStream in = Files.newInputStream(chain)) {
      Certificate[] certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(in)
              .toArray(Certificate[]::new);
      if (certificates.length == 0) {
        throw wrong("http.certificate", chain, "certificates in PEM", null);
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", key(key), new char[0], certificates);
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStore(store);
      tls.setKeyStorePassword("");
      tls.setSniRequired(false);
      return tls;
    } catch (GeneralSecurityException | IOException e) {
      throw wrong("http.certificate", chain, "certificates in PEM", e);
    }
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    String text =
        Files.readString(file)
            .replaceFirst("(?s)^.*-----BEGIN PRIVATE KEY-----", "")
            .replaceFirst("(?s)-----END PRIVATE KEY-----.*$", "");
    byte[] key;
    try {
      key = Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw wrong("http.privateKey", file, "BEGIN PRIVATE KEY (PKCS #8, without password)", e);
    }
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(key));
      } catch (InvalidKeySpecException e) {
        continue; // of another kind
      }
    }
    throw wrong("http.privateKey", file, "BEGIN PRIVATE KEY (PKCS #8, without password)", null);
  }

  private static IllegalArgumentException wrong(
      String option, Path file, String wanted, Exception cause) {
    return new IllegalArgumentException(
        option + ": " + file.getFileName() + " cannot be used; write a file with " + wanted, cause);
  }
}
