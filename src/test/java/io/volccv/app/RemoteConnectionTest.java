package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.volccv.CapturedLog;
import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins, host keys and certificates: nothing is taken from a server that is not trusted. */
@Tag("slow")
final class RemoteConnectionTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  private static final byte[] PHOTO = RemoteHome.PHOTO;

  @TempDir Path temp;
  private RemoteHome home;
  private final CapturedLog log = new CapturedLog("io.volccv.files", Level.INFO);

  @BeforeEach
  void unpack() throws Exception {
    home = new RemoteHome(temp.resolve("home"), sandbox);
  }

  @AfterEach
  void close() {
    log.close();
    home.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aWrongPasswordIsOneLineAndTheInputStays(String kind) throws Exception {
    TestServer server = home.source(TestServer.of(kind, temp.resolve("server")));
    server.put("a.png", PHOTO);
    home.config(kind + ".password=wr0ng").start();
    await()
        .until(() -> log.lines().stream().anyMatch(line -> line.contains("the login was refused")));

    assertThat(log.lines()).allMatch(line -> line.lines().count() == 1 && !line.contains("wr0ng"));
    assertThat(server.files("inbox")).containsExactly("a.png");
    assertThat(home.started).isEmpty();
  }

  @Test
  void aChangedHostKeyIsRefusedAndNamed() throws Exception {
    SftpTestServer server = home.source(new SftpTestServer(temp.resolve("server")));
    server.put("a.png", PHOTO);
    server.stop();
    server.changeHostKey();
    server.start();
    home.start();
    await()
        .until(
            () -> log.lines().stream().anyMatch(line -> line.contains("the host key has changed")));

    assertThat(home.started).isEmpty();
    assertThat(server.files("inbox")).containsExactly("a.png");
  }

  @Test
  void aHostThatIsNotKnownIsRefused() throws Exception {
    SftpTestServer server = home.source(new SftpTestServer(temp.resolve("server")));
    server.put("a.png", PHOTO);
    Files.writeString(server.knownHosts(), "");
    home.start();
    await().until(() -> log.lines().stream().anyMatch(line -> line.contains("ssh-keyscan")));

    assertThat(home.started).isEmpty();
    assertThat(server.knownHosts()).isEmptyFile();
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    TestServer server = home.source(TestServer.of("explicit", temp.resolve("server")));
    server.put("a.png", PHOTO);
    home.config("ftp.trustedCertificates=").start();
    await()
        .until(() -> log.lines().stream().anyMatch(line -> line.contains("no secure connection")));

    assertThat(home.started).isEmpty();
  }

  @Test
  void aKeyLogsIn() throws Exception {
    var key = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    Path file = temp.resolve("id_ecdsa");
    try (OutputStream out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "", null, out);
    }
    TestServer server = home.source(new SftpTestServer(temp.resolve("server"), key));
    server.put("a.png", PHOTO);
    home.config("sftp.privateKey=" + file).start();
    home.waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"explicit", "implicit"})
  void dataConnectionsResumeTheTlsSession(String tls) throws Exception {
    AtomicInteger logins = new AtomicInteger();
    FtpTestServer server =
        new FtpTestServer(temp.resolve("server"), tls)
            .with(
                new DefaultFtplet() {
                  @Override
                  public FtpletResult onLogin(FtpSession session, FtpRequest request) {
                    logins.incrementAndGet();
                    return FtpletResult.DEFAULT;
                  }
                });
    home.source(server);
    server.put("a.png", PHOTO);
    home.start();
    home.waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    // Some listings and the picture have had connections of their own.
    assertThat(server.newSessions()).isPositive().isLessThanOrEqualTo(logins.get());
  }
}
