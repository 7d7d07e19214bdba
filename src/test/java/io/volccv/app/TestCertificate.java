package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for 127.0.0.1 that nobody trusts but who is told to. Each process has its own,
 * since classes of tests run in several at once.
 */
public final class TestCertificate {
  static final String PASSWORD = "changeit";

  private static final Path FOLDER = make();

  private TestCertificate() {}

  static Path keyStore() {
    return FOLDER.resolve("server.p12");
  }

  public static Path pem() {
    return FOLDER.resolve("server.pem");
  }

  /** Its key, as authorities hand them out. */
  public static Path key() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore())) {
      store.load(in, PASSWORD.toCharArray());
    }
    byte[] key = store.getKey("server", PASSWORD.toCharArray()).getEncoded();
    return Files.writeString(
        FOLDER.resolve("server-key.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key)
            + "\n-----END PRIVATE KEY-----\n");
  }

  /** Of a client that trusts it. */
  public static SSLContext trusting() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(pem())) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static Path make() {
    try {
      Path folder = Files.createTempDirectory(Path.of("target"), "test-certificate");
      Path store = folder.resolve("server.p12").toAbsolutePath();
      String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
      run(
          keytool,
          "-genkeypair",
          "-alias",
          "server",
          "-keyalg",
          "EC",
          "-dname",
          "CN=test",
          "-ext",
          "SAN=ip:127.0.0.1,dns:localhost",
          "-validity",
          "2",
          "-storetype",
          "PKCS12",
          "-keystore",
          store.toString(),
          "-storepass",
          PASSWORD);
      run(
          keytool,
          "-exportcert",
          "-rfc",
          "-alias",
          "server",
          "-keystore",
          store.toString(),
          "-storepass",
          PASSWORD,
          "-file",
          folder.resolve("server.pem").toString());
      return folder.toAbsolutePath();
    } catch (Exception e) {
      throw new IllegalStateException("cannot make a certificate", e);
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
