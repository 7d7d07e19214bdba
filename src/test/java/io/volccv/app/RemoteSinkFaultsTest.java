package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong between us and the servers that pictures go to: they get them, paid once. */
@Tag("slow")
final class RemoteSinkFaultsTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  private static final byte[] PHOTO = RemoteHome.PHOTO;

  @TempDir Path temp;
  private RemoteHome home;

  @BeforeEach
  void unpack() throws IOException {
    home = new RemoteHome(temp.resolve("home"), sandbox);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aFullDiskAtTheDestinationLeavesNoHalfPicture(String kind) throws Exception {
    TestServer server =
        home.open(
            kind.equals("ftp")
                ? new FtpTestServer(temp.resolve("server"), "none").withFiles(FtpFaults::fullDisk)
                : new SftpTestServer(temp.resolve("server")).withFiles(SftpFaults.fullDisk()));
    home.config(server.config(kind + ".")).config("volccv.sinks=" + kind);
    home.drop("a.png", PHOTO);
    home.sinkRetries(2).start();
    home.waitForEnds(1);

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
  void aServerThatDiesInTheMiddleOfAPictureGetsItWhole(String kind) throws Exception {
    TestServer server = home.open(TestServer.slow(kind, temp.resolve("server"), 60_000));
    home.config(server.config(kind + ".")).config("volccv.sinks=" + kind);
    home.drop("a.png", PHOTO);
    home.start();
    Path part = server.root().resolve("outbox/.part-a.jpg");
    await().until(() -> Files.exists(part) && Files.size(part) > 0);
    server.stop();
    assertThat(server.files("outbox")).doesNotContain("a.jpg");
    server.start();
    home.waitForEnds(1);

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
    TestServer server = home.open(TestServer.of(kind, temp.resolve("server")));
    server.stop();
    home.config(server.config(kind + ".")).config("volccv.sinks=folder," + kind);
    home.drop("a.png", PHOTO);
    home.start();
    Path first = home.folder.resolve("data/outbox/a.jpg");
    await().until(() -> Files.exists(first));
    var written = Files.getLastModifiedTime(first);
    server.start();
    home.waitForEnds(1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(server.root().resolve("outbox/a.jpg")).hasSameBinaryContentAs(first);
    assertThat(Files.getLastModifiedTime(first)).isEqualTo(written);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void aSlowSinkHoldsUpNobodyElse(String kind) throws Exception {
    TestServer server = home.open(TestServer.slow(kind, temp.resolve("server"), 8_000));
    home.config(server.config(kind + ".")).config("volccv.sinks=folder," + kind);
    home.drop("slow.yaml", ("sink: " + kind).getBytes(UTF_8));
    home.drop("slow.png", PHOTO);
    home.start();
    Path part = server.root().resolve("outbox/.part-slow.jpg");
    await().until(() -> Files.exists(part) && Files.size(part) > 0);
    home.drop("quick.yaml", "sink: folder".getBytes(UTF_8));
    home.drop("quick.png", PHOTO);
    home.waitForEnds(1);

    assertThat(home.ended.get(0).name()).isEqualTo("quick.png");
    home.waitForEnds(2);
    assertThat(home.ended).allMatch(end -> end.outcome() == Outcome.DONE);
    assertThat(server.files("outbox")).containsExactly("slow.jpg", "slow.jpg.json");
    assertThat(sandbox.bill().posts()).isEqualTo(2);
  }

  /** The folder has the picture, the others get it in the next life, without another call. */
  @Test
  void whatASinkDidNotGetItGetsAfterARestart() throws Exception {
    TestServer server = home.open(TestServer.of("sftp", temp.resolve("server")));
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
    List<TestServer> servers = new ArrayList<>();
    for (String kind : List.of("ftp", "sftp")) {
      TestServer server = home.open(TestServer.of(kind, temp.resolve(kind)));
      servers.add(server);
      home.config(server.config(kind + "."));
      Path outbox = Files.createDirectories(server.root().resolve("outbox"));
      Files.writeString(outbox.resolve("b.jpg"), "of somebody else");
    }
    home.config("volccv.sinks=ftp,sftp", "volccv.param.seed=7").start();
    for (int i = 1; i <= 2; i++) {
      home.drop("a.png", PHOTO);
      home.waitForEnds(i);
      await().until(() -> !Files.exists(home.folder.resolve("data/inbox/a.png")));
    }
    home.drop("b.png", PHOTO);
    home.waitForEnds(3);

    assertThat(home.ended).allMatch(end -> end.outcome() == Outcome.DONE);
    for (TestServer server : servers) {
      assertThat(server.files("outbox"))
          .containsExactly("a.jpg", "a.jpg.json", "b-r2.jpg", "b-r2.jpg.json", "b.jpg");
    }
  }
}
