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
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every source with every sink, as shipped, on real servers. */
final class RemoteRoutesTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private RemoteHome home;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeEach
  void unpack() throws Exception {
    home = new RemoteHome(temp.resolve("home"), sandbox);
  }

  @AfterEach
  void close() throws Exception {
    home.close();
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @ParameterizedTest(name = "from {0} to a folder, {1}, sftp and a webhook")
  @CsvSource({"folder, ftp", "ftp, implicit", "explicit, ftp", "implicit, explicit", "sftp, ftp"})
  void everyPictureArrivesOnceAndWhole(String from, String ftpSink) throws Exception {
    Path inbox = temp.resolve("home/data/inbox");
    TestServer source = null;
    if (!from.equals("folder")) {
      source = server(from, "source");
      home.config(source.config(source.kind() + ".a.")).config(source.kind() + ".instances=a");
      inbox = source.root().resolve("inbox");
    }
    TestServer ftp = server(ftpSink, "ftp-sink");
    TestServer sftp = server("sftp", "sftp-sink");
    WebhookTestServer hook = new WebhookTestServer();
    open.add(hook);
    home.config(ftp.config("ftp.b.")).config(sftp.config("sftp.b."));
    home.config("ftp.sink=b", "sftp.sink=b");
    home.config("webhook.url=" + hook.url(), "webhook.secret={{env:WEBHOOK_SECRET:}}");
    home.config(
        "volccv.sources=" + (source == null ? "folder" : source.kind()),
        "volccv.sinks=folder,ftp,sftp,webhook");
    List<String> names = List.of("a", "cats/tom the cat", "cats/猫 [1]", "x/y/z");
    for (String name : names) {
      photo(inbox.resolve(name + ".png"));
    }
    Files.writeString(inbox.resolve("a.yaml"), "fields: {name: a tabby}\nparams: {seed: 7}\n");
    home.start();
    await().atMost(20, TimeUnit.SECONDS).until(() -> home.ended.size() >= names.size());

    assertThat(home.ended).allMatch(end -> end.outcome() == Outcome.DONE, "done");
    assertThat(sandbox.bill().images()).isEqualTo(names.size());
    for (Path outbox :
        List.of(
            home.folder.resolve("data/outbox"),
            ftp.root().resolve("outbox"),
            sftp.root().resolve("outbox"))) {
      for (String name : names) {
        JsonNode provenance = JSON.readTree(outbox.resolve(name + ".jpg.json").toFile());
        requireSame(provenance, Files.readAllBytes(outbox.resolve(name + ".jpg")));
      }
      assertThat(JSON.readTree(outbox.resolve("a.jpg.json").toFile()).get("prompt").textValue())
          .startsWith("a tabby");
    }
    assertThat(ftp.files("outbox")).hasSize(2 * names.size());
    assertThat(sftp.files("outbox")).hasSize(2 * names.size());
    assertThat(hook.pictures()).hasSize(names.size());
    hook.pictures().forEach(RemoteRoutesTest::requireSame);
    if (source != null) {
      TestServer server = source;
      await().until(() -> server.files("inbox").isEmpty());
      assertThat(server.files("done"))
          .containsExactlyInAnyOrder(
              "a.png", "a.yaml", "cats/tom the cat.png", "cats/猫 [1].png", "x/y/z.png");
    }
  }

  /** A picture like the sample, but another file each time. */
  private static void photo(Path file) throws IOException {
    byte[] png = Files.readAllBytes(Path.of("samples/chelsea.png"));
    byte[] own = (file.toString() + "-after the end of the picture").getBytes(UTF_8);
    byte[] all = Arrays.copyOf(png, png.length + own.length);
    System.arraycopy(own, 0, all, png.length, own.length);
    Files.createDirectories(file.getParent());
    Files.write(file, all);
  }

  private TestServer server(String kind, String name) throws Exception {
    TestServer server =
        switch (kind) {
          case "ftp" -> new FtpTestServer(temp.resolve(name), "none");
          case "sftp" -> new SftpTestServer(temp.resolve(name));
          default -> new FtpTestServer(temp.resolve(name), kind);
        };
    open.add(server);
    return server.start();
  }

  private static void requireSame(JsonNode provenance, byte[] picture) {
    try {
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(picture)))
          .isEqualTo(provenance.get("outputSha256").textValue());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
