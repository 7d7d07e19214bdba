package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.CapturedLog;
import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ftpserver.ftplet.DefaultFtpReply;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FtpException;
import org.apache.ftpserver.ftplet.FtpRequest;
import org.apache.ftpserver.ftplet.FtpSession;
import org.apache.ftpserver.ftplet.FtpletResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What goes wrong with the files of the servers that photos come from: nobody loses or pays by it.
 */
@Tag("slow")
final class RemoteSourceFaultsTest {

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
  void anInputThatFailsIsPutAwayOnTheServer(String kind) throws Exception {
    sandbox.whenPrompt("forbidden").fail(50412);
    TestServer server = home.source(TestServer.of(kind, temp.resolve("server")));
    Files.writeString(server.root().resolve("inbox/a.txt"), "forbidden");
    Files.writeString(server.root().resolve("inbox/b.yaml"), "colour: blue");
    Files.writeString(server.root().resolve("inbox/c.txt"), "c".repeat(70_000));
    Files.writeString(server.root().resolve("inbox/d.yaml"), "jobKey: d");
    server.put("a.png", PHOTO);
    server.put("b.png", PHOTO);
    server.put("c.png", PHOTO);
    server.put("d.png", PHOTO);
    server.put("d.jpg", PHOTO);
    server.put("sub/empty.png", new byte[0]);
    home.start();
    home.waitForEnds(5);
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
    TestServer server = home.source(TestServer.slow(kind, temp.resolve("server"), 800_000));
    server.put("a.png", large);
    home.start();
    Path part = home.folder.resolve("data/spool/incoming/" + kind + "-main/a.png.inprogress");
    await().until(() -> Files.exists(part) && Files.size(part) > 0);
    server.stop();
    await()
        .until(
            () -> log.lines().stream().anyMatch(line -> line.startsWith(kind + "-main: " + kind)));
    assertThat(home.ended).isEmpty();
    server.start();
    home.waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(sandbox.bill().images()).isEqualTo(1);
    await().until(() -> server.files("done").contains("a.png"));
    assertThat(server.root().resolve("done/a.png")).hasBinaryContent(large);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void anInputThatCannotBeMovedYetIsNotPaidTwice(String kind) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    TestServer server = home.source(TestServer.of(kind, temp.resolve("server")));
    server.put("a.png", PHOTO);
    sandbox.always().answerAfter(Duration.ofMillis(700));
    home.start();
    await().until(() -> sandbox.requests().size() == 1);
    server.stop();
    home.waitForEnds(1);
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
  void aListingCannotLeadOutOfTheInbox(String kind) throws Exception {
    List<String> names = List.of("../x.png", "/etc/x.png", "..", "a\\..\\x.png", "*.png");
    TestServer server =
        home.source(
            kind.equals("ftp")
                ? new FtpTestServer(temp.resolve("server"), "none")
                    .withFiles(all -> FtpFaults.listing(all, names))
                : new SftpTestServer(temp.resolve("server")).withFiles(SftpFaults.listing(names)));
    for (int i = 0; i < names.size(); i++) {
      server.put("fake" + i + ".png", PHOTO);
    }
    server.put("good.png", PHOTO);
    Files.write(server.root().resolve("x.png"), PHOTO);
    home.start();
    home.waitForEnds(1);
    await()
        .until(() -> log.lines().stream().filter(line -> line.contains("left alone")).count() >= 3);

    assertThat(home.started).extracting(job -> job.name()).containsOnly("good.png");
    assertThat(server.root().resolve("x.png")).exists();
    await().until(() -> server.files("inbox").size() == names.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aFileThatStillGrowsIsNotTaken(String kind) throws Exception {
    TestServer server = home.source(TestServer.of(kind, temp.resolve("server")));
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
    home.waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    await().until(() -> server.files("done").contains("slow.png"));
    assertThat(server.root().resolve("done/slow.png")).hasBinaryContent(PHOTO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void anInboxThatIsNotThereIsOneLine(String kind) throws Exception {
    TestServer server = home.source(TestServer.of(kind, temp.resolve("server")));
    home.config(kind + ".inbox=nowhere").start();
    await()
        .until(
            () ->
                log.lines().stream()
                    .anyMatch(line -> line.matches(".*(No such|Non-existing) file.*")));

    assertThat(home.app().isIdleFor(Duration.ZERO)).isFalse();
    Files.createDirectories(server.root().resolve("nowhere"));
    Files.write(server.root().resolve("nowhere/a.png"), PHOTO);
    home.waitForEnds(1);
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
    home.source(server);
    home.start();
    await()
        .until(
            () ->
                log.lines().stream().anyMatch(line -> line.contains("cannot be listed: 550 Perm")));

    assertThat(home.app().isIdleFor(Duration.ZERO)).isFalse();
  }
}
