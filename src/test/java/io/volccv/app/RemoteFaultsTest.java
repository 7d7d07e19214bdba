package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What goes wrong between us and the servers, and what nobody loses or pays by it. */
final class RemoteFaultsTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  private static final byte[] PHOTO = RemoteHome.PHOTO;

  @TempDir Path temp;
  private RemoteHome home;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.volccv.files");
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final ListAppender<ILoggingEvent> appender =
      new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
          log.add(event.getFormattedMessage());
        }
      };

  @BeforeEach
  void unpack() throws Exception {
    home = new RemoteHome(temp.resolve("home"), sandbox);
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void close() throws Exception {
    logger.detachAppender(appender);
    logger.setLevel(null);
    home.close();
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aWrongPasswordIsOneLineAndTheInputStays(String kind) throws Exception {
    TestServer server = source(server(kind));
    put(server, "a.png");
    home.config(kind + ".password=wr0ng").start();
    await().until(() -> log.stream().anyMatch(line -> line.contains("the login was refused")));

    assertThat(log).allMatch(line -> line.lines().count() == 1 && !line.contains("wr0ng"));
    assertThat(server.files("inbox")).containsExactly("a.png");
    assertThat(home.started).isEmpty();
  }

  @Test
  void aChangedHostKeyIsRefusedAndNamed() throws Exception {
    SftpTestServer server = new SftpTestServer(temp.resolve("server")).start();
    open.add(server);
    source(server);
    put(server, "a.png");
    server.stop();
    server.changeHostKey();
    server.start();
    home.start();
    await().until(() -> log.stream().anyMatch(line -> line.contains("the host key has changed")));

    assertThat(home.started).isEmpty();
    assertThat(server.files("inbox")).containsExactly("a.png");
  }

  @Test
  void aHostThatIsNotKnownIsRefused() throws Exception {
    SftpTestServer server = new SftpTestServer(temp.resolve("server")).start();
    open.add(server);
    source(server);
    put(server, "a.png");
    Files.writeString(server.knownHosts(), "");
    home.start();
    await().until(() -> log.stream().anyMatch(line -> line.contains("ssh-keyscan")));

    assertThat(home.started).isEmpty();
    assertThat(server.knownHosts()).isEmptyFile();
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    TestServer server = source(server("explicit"));
    put(server, "a.png");
    home.config("ftp.trustedCertificates=").start();
    await().until(() -> log.stream().anyMatch(line -> line.contains("no secure connection")));

    assertThat(home.started).isEmpty();
  }

  @Test
  void aKeyLogsIn() throws Exception {
    var key = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    Path file = temp.resolve("id_ecdsa");
    try (OutputStream out = Files.newOutputStream(file)) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "", null, out);
    }
    SftpTestServer server = new SftpTestServer(temp.resolve("server"), key).start();
    open.add(server);
    source(server);
    put(server, "a.png");
    home.config("sftp.privateKey=" + file).start();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void anInputThatFailsIsPutAwayOnTheServer(String kind) throws Exception {
    sandbox.whenPrompt("forbidden").fail(50412);
    TestServer server = source(server(kind));
    Files.writeString(server.root().resolve("inbox/a.txt"), "forbidden");
    Files.writeString(server.root().resolve("inbox/b.yaml"), "colour: blue");
    Files.writeString(server.root().resolve("inbox/c.txt"), "c".repeat(70_000));
    Files.writeString(server.root().resolve("inbox/d.yaml"), "jobKey: d");
    put(server, "a.png");
    put(server, "b.png");
    put(server, "c.png");
    put(server, "d.png");
    put(server, "d.jpg");
    put(server, "sub/empty.png", new byte[0]);
    home.start();
    waitForEnds(5);
    // Of the two with one key one has gone away, and the other may have it.
    await().until(() -> server.files("inbox").isEmpty());

    assertThat(server.files("rejected")).containsExactly("a.png", "a.png.error.json", "a.txt");
    assertThat(server.files("invalid"))
        .contains("b.png", "b.png.error.json", "b.yaml", "c.png", "c.png.error.json", "c.txt")
        .contains("sub/empty.png", "sub/empty.png.error.json")
        .containsAnyOf("d.png", "d.jpg");
    assertThat(server.root().resolve("invalid/b.png.error.json"))
        .content()
        .contains("sidecar b.yaml");
    assertThat(
            new ObjectMapper()
                .readTree(server.root().resolve("rejected/a.png.error.json").toFile())
                .get("code")
                .asText())
        .isEqualTo("50412");
    assertThat(sandbox.bill().images()).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aServerThatDiesInTheMiddleOfAFileLosesNothing(String kind) throws Exception {
    byte[] large = Arrays.copyOf(PHOTO, 1_000_000);
    TestServer server = slow(kind, 800_000);
    source(server);
    put(server, "a.png", large);
    home.start();
    Path part = home.folder.resolve("data/spool/incoming/" + kind + "-main/a.png.inprogress");
    await().until(() -> Files.exists(part) && Files.size(part) > 0);
    server.stop();
    await().until(() -> log.stream().anyMatch(line -> line.startsWith(kind + "-main: " + kind)));
    assertThat(home.ended).isEmpty();
    server.start();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(sandbox.bill().images()).isEqualTo(1);
    await().until(() -> server.files("done").contains("a.png"));
    assertThat(server.root().resolve("done/a.png")).hasBinaryContent(large);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void anInputThatCannotBeMovedYetIsNotPaidTwice(String kind) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    TestServer server = source(server(kind));
    put(server, "a.png");
    sandbox.always().answerAfter(Duration.ofMillis(700));
    home.start();
    await().until(() -> sandbox.requests().size() == 1);
    server.stop();
    waitForEnds(1);
    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(server.files("inbox")).containsExactly("a.png");
    server.start();
    await().until(() -> server.files("done").contains("a.png"));
    calls.set(home.started.size());

    assertThat(server.files("inbox")).isEmpty();
    assertThat(calls).hasValue(1);
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aFullDiskAtTheDestinationLeavesNoHalfPicture(String kind) throws Exception {
    TestServer server;
    if (kind.equals("ftp")) {
      server =
          new FtpTestServer(temp.resolve("server"), "none").withFiles(FtpFaults::fullDisk).start();
    } else {
      server = new SftpTestServer(temp.resolve("server")).withFiles(SftpFaults.fullDisk()).start();
    }
    open.add(server);
    home.config(server.config(kind + ".")).config("volccv.sinks=" + kind);
    home.drop("a.png", PHOTO);
    home.sinkRetries(2).start();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(server.files("outbox")).doesNotContain("a.jpg");
    await().until(() -> Files.exists(home.folder.resolve("data/failed/a.png")));
    assertThat(home.folder.resolve("data/failed/a.png.error.json"))
        .content()
        .contains("\"billed\" : \"yes\"")
        .doesNotContain("w0rd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aListingCannotLeadOutOfTheInbox(String kind) throws Exception {
    List<String> names = List.of("../x.png", "/etc/x.png", "..", "a\\..\\x.png", "*.png");
    TestServer server;
    if (kind.equals("ftp")) {
      server =
          new FtpTestServer(temp.resolve("server"), "none")
              .withFiles(all -> FtpFaults.listing(all, names))
              .start();
    } else {
      server =
          new SftpTestServer(temp.resolve("server")).withFiles(SftpFaults.listing(names)).start();
    }
    open.add(server);
    source(server);
    for (int i = 0; i < names.size(); i++) {
      put(server, "fake" + i + ".png");
    }
    put(server, "good.png");
    Files.write(server.root().resolve("x.png"), PHOTO);
    home.start();
    waitForEnds(1);
    await().until(() -> log.stream().filter(line -> line.contains("left alone")).count() >= 3);

    assertThat(home.started).extracting(job -> job.name()).containsOnly("good.png");
    assertThat(server.root().resolve("x.png")).exists();
    await().until(() -> server.files("inbox").size() == names.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aFileThatStillGrowsIsNotTaken(String kind) throws Exception {
    TestServer server = source(server(kind));
    home.config(kind + ".minAge=900ms").start();
    int block = PHOTO.length / 10 + 1;
    AtomicInteger written = new AtomicInteger();
    try (OutputStream out = Files.newOutputStream(server.root().resolve("inbox/slow.png"))) {
      await()
          .pollInterval(Duration.ofMillis(200))
          .until(
              () -> {
                int from = written.get();
                int length = Math.min(block, PHOTO.length - from);
                out.write(PHOTO, from, length);
                return written.addAndGet(length) == PHOTO.length;
              });
    }
    assertThat(home.started).isEmpty();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    await().until(() -> server.files("done").contains("slow.png"));
    assertThat(server.root().resolve("done/slow.png")).hasBinaryContent(PHOTO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void anInboxThatIsNotThereIsOneLine(String kind) throws Exception {
    TestServer server = source(server(kind));
    home.config(kind + ".inbox=nowhere").start();
    await()
        .until(
            () -> log.stream().anyMatch(line -> line.matches(".*(No such|Non-existing) file.*")));

    assertThat(home.app().isIdleFor(Duration.ZERO)).isFalse();
    Files.createDirectories(server.root().resolve("nowhere"));
    Files.write(server.root().resolve("nowhere/a.png"), PHOTO);
    waitForEnds(1);
    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
  }

  @Test
  void aListingThatIsRefusedIsNoEmptyFolder() throws Exception {
    FtpTestServer server =
        new FtpTestServer(temp.resolve("server"), "none")
            .with(
                new DefaultFtplet() {
                  @Override
                  public FtpletResult beforeCommand(FtpSession session, FtpRequest request)
                      throws FtpException, IOException {
                    if (!request.getCommand().equals("LIST")) {
                      return super.beforeCommand(session, request);
                    }
                    session.write(new DefaultFtpReply(550, "Permission denied."));
                    return FtpletResult.SKIP;
                  }
                });
    open.add(server.start());
    source(server);
    home.start();
    await().until(() -> log.stream().anyMatch(line -> line.contains("cannot be listed: 550 Perm")));

    assertThat(home.app().isIdleFor(Duration.ZERO)).isFalse();
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
    open.add(server.start());
    source(server);
    put(server, "a.png");
    home.start();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    // Some listings and the picture have had connections of their own.
    assertThat(server.newSessions()).isPositive().isLessThanOrEqualTo(logins.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aServerThatDiesInTheMiddleOfAPictureGetsItWhole(String kind) throws Exception {
    TestServer server = slow(kind, 60_000);
    home.config(server.config(kind + ".")).config("volccv.sinks=" + kind);
    home.drop("a.png", PHOTO);
    home.start();
    Path part = server.root().resolve("outbox/.part-a.jpg");
    await().until(() -> Files.exists(part) && Files.size(part) > 0);
    server.stop();
    assertThat(server.files("outbox")).doesNotContain("a.jpg");
    server.start();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(server.files("outbox")).containsExactly("a.jpg", "a.jpg.json");
    assertThat(server.root().resolve("outbox/a.jpg.json"))
        .content()
        .contains(MadePictures.hash(Files.readAllBytes(server.root().resolve("outbox/a.jpg"))));
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aSinkThatIsDownForAWhileIsTriedAgainAlone(String kind) throws Exception {
    TestServer server = server(kind);
    server.stop();
    home.config(server.config(kind + ".")).config("volccv.sinks=folder," + kind);
    home.drop("a.png", PHOTO);
    home.start();
    Path first = home.folder.resolve("data/outbox/a.jpg");
    await().until(() -> Files.exists(first));
    var written = Files.getLastModifiedTime(first);
    server.start();
    waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(server.root().resolve("outbox/a.jpg")).hasSameBinaryContentAs(first);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aSlowSinkHoldsUpNobodyElse(String kind) throws Exception {
    TestServer server = slow(kind, 8_000);
    home.config(server.config(kind + ".")).config("volccv.sinks=folder," + kind);
    home.drop("slow.yaml", ("sink: " + kind).getBytes(UTF_8));
    home.drop("slow.png", PHOTO);
    home.start();
    Path part = server.root().resolve("outbox/.part-slow.jpg");
    await().until(() -> Files.exists(part) && Files.size(part) > 0);
    home.drop("quick.yaml", "sink: folder".getBytes(UTF_8));
    home.drop("quick.png", PHOTO);
    waitForEnds(1);

    assertThat(home.ended.get(0).name()).isEqualTo("quick.png");
    waitForEnds(2);
    assertThat(home.ended).allMatch(end -> end.outcome() == Outcome.DONE);
    assertThat(server.files("outbox")).containsExactly("slow.jpg", "slow.jpg.json");
    assertThat(sandbox.bill().posts()).isEqualTo(2);
  }

  /** The folder has the picture, the others get it in the next life, without another call. */
  @Test
  void whatASinkDidNotGetItGetsAfterARestart() throws Exception {
    TestServer server = server("sftp");
    server.stop();
    try (WebhookTestServer hook = new WebhookTestServer()) {
      home.config(server.config("sftp.")).config("volccv.sinks=folder,sftp,webhook");
      home.config("webhook.url=" + hook.url(), "webhook.secret={{env:WEBHOOK_SECRET:}}");
      home.config("webhook.content=place").write();
      home.drop("a.png", PHOTO);
      Path outbox = home.folder.resolve("data/outbox");
      Files.createDirectories(outbox);
      Files.writeString(outbox.resolve("a.jpg"), "of somebody else");
      Path first = outbox.resolve("a-r2.jpg");
      try (AppProcess app = home.run()) {
        app.await(() -> Files.exists(first));
        app.kill();
      }
      server.start();
      try (AppProcess app = home.run()) {
        app.await(() -> Files.exists(home.folder.resolve("data/done/a.png")));
        app.terminate();
      }

      assertThat(server.root().resolve("outbox/a.jpg")).hasSameBinaryContentAs(first);
      assertThat(TestServer.filesBelow(outbox))
          .containsExactly("a-r2.jpg", "a-r2.jpg.json", "a.jpg");
      JsonNode places =
          new ObjectMapper().readTree(hook.requests.get(0).body()).at("/outputs/0/places");
      assertThat(places)
          .extracting(JsonNode::textValue)
          .containsExactlyInAnyOrder(first.toString(), "outbox/a.jpg");
      assertThat(sandbox.bill().posts()).isEqualTo(1);
    }
  }

  @Test
  void aSinkKnowsWhatIsItsOwn() throws Exception {
    for (String kind : List.of("ftp", "sftp")) {
      TestServer server = server(kind);
      home.config(server.config(kind + "."));
      Path outbox = Files.createDirectories(server.root().resolve("outbox"));
      Files.writeString(outbox.resolve("b.jpg"), "of somebody else");
    }
    home.config("volccv.sinks=ftp,sftp", "volccv.param.seed=7").start();
    for (int i = 1; i <= 2; i++) {
      home.drop("a.png", PHOTO);
      waitForEnds(i);
      await().until(() -> !Files.exists(home.folder.resolve("data/inbox/a.png")));
    }
    home.drop("b.png", PHOTO);
    waitForEnds(3);

    assertThat(home.ended).allMatch(end -> end.outcome() == Outcome.DONE);
    for (AutoCloseable server : open) {
      assertThat(((TestServer) server).files("outbox"))
          .containsExactly("a.jpg", "a.jpg.json", "b-r2.jpg", "b-r2.jpg.json", "b.jpg");
    }
  }

  /** A server with a slow line, on which something can happen. */
  private TestServer slow(String kind, int bytesPerSecond) throws Exception {
    Path root = temp.resolve("server");
    TestServer server =
        kind.equals("ftp")
            ? new FtpTestServer(root, "none").slow(bytesPerSecond)
            : new SftpTestServer(root).withFiles(SftpFaults.slow(bytesPerSecond));
    open.add(server);
    return server.start();
  }

  private TestServer server(String kind) throws Exception {
    Path root = temp.resolve("server-" + kind);
    TestServer server =
        switch (kind) {
          case "ftp" -> new FtpTestServer(root, "none");
          case "sftp" -> new SftpTestServer(root);
          default -> new FtpTestServer(root, kind);
        };
    open.add(server);
    return server.start();
  }

  /** The only server that photos come from. */
  private TestServer source(TestServer server) {
    home.config(server.config(server.kind() + ".")).config("volccv.sources=" + server.kind());
    return server;
  }

  private static void put(TestServer server, String name) throws IOException {
    put(server, name, PHOTO);
  }

  private static void put(TestServer server, String name, byte[] content) throws IOException {
    Path file = server.root().resolve("inbox").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  private void waitForEnds(int count) {
    await().atMost(20, TimeUnit.SECONDS).until(() -> home.ended.size() >= count);
  }
}
