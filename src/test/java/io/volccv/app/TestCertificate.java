package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate for 127.0.0.1 that nobody trusts but who is told to. */
final class TestCertificate {
  static final String PASSWORD = "changeit";

  private static final Path FOLDER = make();

  private TestCertificate() {}

  static Path keyStore() {
    return FOLDER.resolve("server.p12");
  }

  static Path pem() {
    return FOLDER.resolve("server.pem");
  }

  private static Path make() {
    try {
      Path folder = Files.createDirectories(Path.of("target/test-certificate"));
      Path store = folder.resolve("server.p12").toAbsolutePath();
      Files.deleteIfExists(store);
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
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }
}
