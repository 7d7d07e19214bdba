package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.Fault;
import io.volccv.testing.SandboxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code replay} of inputs that lie on servers, through the routes as shipped. */
@Tag("slow")
final class ReplayServersTest {
  private static final Fault THROTTLED = Fault.code("50430");
  private static final Fault FAULTY = Fault.code("50500");
  private static final Fault CUT = Fault.always(Fault.Kind.CUT_AFTER_BILLING);

  enum Kind {
    FTP("ftp", "none"),
    FTPS("ftp", "explicit"),
    SFTP("sftp", "");

    private final String source;
    private final String tls;

    Kind(String source, String tls) {
      this.source = source;
      this.tls = tls;
    }

    TestServer start(Path folder) throws Exception {
      return (source.equals("ftp") ? new FtpTestServer(folder, tls) : new SftpTestServer(folder))
          .start();
    }
  }

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;
  private TestServer server;
  private OperatorHome home;

  private void start(Kind kind) throws Exception {
    server = kind.start(temp.resolve("server"));
    home =
        new OperatorHome(temp.resolve("home"), sandbox)
            .config("volccv.sources=" + kind.source)
            .server(server, kind.source + ".");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void aThrottledInputGoesBackOnTheServerAndIsPaidOnce(Kind kind) throws Exception {
    start(kind);
    input("coffee.png");
    sidecar("cats/tom.txt", "a cat in ink");
    input("cats/tom.png");
    runWith(THROTTLED);
    List<String> failed = server.files("failed");
    assertThat(failed)
        .containsExactly(
            "cats/tom.png",
            "cats/tom.png.error.json",
            "cats/tom.txt",
            "coffee.png",
            "coffee.png.error.json");

    assertThat(home.replay("--code", "50429")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out()).isEqualToIgnoringNewLines("nothing to replay");
    assertThat(home.replay("--dry-run", "--source", kind.source, "--json")).isEqualTo(ExitCode.OK);
    assertThat(home.json().path("back").intValue()).isEqualTo(2);
    assertThat(home.json().at("/inputs/0/source").textValue()).isEqualTo(kind.source + "-main");
    assertThat(home.json().at("/inputs/0/file").textValue()).contains("-main: failed/");
    assertThat(server.files("failed")).isEqualTo(failed);
    assertThat(server.files("inbox")).isEmpty();

    assertThat(home.replay("--code", "50430", "--since", "1h")).as(home.err()).isZero();

    assertThat(home.out()).contains("50430", "back: is sent", "2 back, 0 stay, 0 refused");
    assertThat(server.files("inbox")).containsExactly("cats/tom.png", "cats/tom.txt", "coffee.png");
    assertThat(server.files("failed")).isEmpty();
    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.file("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(home.file("data/outbox/cats/tom.jpg.json")).content().contains("a cat in ink");
    assertThat(server.files("done")).containsExactly("cats/tom.png", "cats/tom.txt", "coffee.png");
    assertThat(sandbox.bill().images()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"FTP", "SFTP"})
  void aFinalFailureIsReleasedAndWhatIsPerhapsPaidStays(Kind kind) throws Exception {
    start(kind);
    input("coffee.png");
    runWith(FAULTY);
    assertThat(home.replay("--json")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.json().at("/inputs/0/job").textValue()).isEqualTo("FAILED");
    runWith(CUT);
    assertThat(server.files("unknown")).containsExactly("coffee.png", "coffee.png.error.json");

    assertThat(home.replay()).isEqualTo(ExitCode.OK);
    assertThat(home.out()).contains("nothing to replay");
    assertThat(home.replay("--unknown")).isEqualTo(ExitCode.OK);
    assertThat(home.out()).contains("stays: perhaps paid", "0 back, 1 stay");
    assertThat(server.files("unknown")).containsExactly("coffee.png", "coffee.png.error.json");
    assertThat(server.files("inbox")).isEmpty();
    long posts = sandbox.bill().posts();

    assertThat(home.replay("--unknown", "--resend", "--yes")).as(home.err()).isZero();

    assertThat(server.files("unknown")).isEmpty();
    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.file("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().posts()).isEqualTo(posts + 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"FTP", "SFTP"})
  void whatCannotGoBackIsRefusedAndNothingIsOverwritten(Kind kind) throws Exception {
    start(kind);
    for (String name : List.of("gone", "taken", "lonely", "shared", "fine")) {
      park(name + ".png", "");
    }
    Files.delete(server.root().resolve("failed/gone.png"));
    Path newer = sidecar("taken.png", "a newer one");
    sidecar("lonely.txt", "for lonely.jpg");
    Files.writeString(server.root().resolve("failed/shared.txt"), "ink");
    sidecar("shared.jpg", "another");

    assertThat(home.replay("--json")).isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(home.out())
        .contains(
            "its input is gone",
            "the inbox has a file of that name",
            "the inbox has lonely.txt, which would become its sidecar",
            "its sidecar would also be that of another picture",
            "\"back\":1,\"stays\":0,\"refused\":4");
    assertThat(newer).hasContent("a newer one");
    assertThat(server.files("inbox"))
        .containsExactly("fine.png", "lonely.txt", "shared.jpg", "taken.png");
  }

  @ParameterizedTest
  @EnumSource(names = {"FTP", "SFTP"})
  void whatAServerSaysIsNotBelieved(Kind kind) throws Exception {
    start(kind);
    Path failed = Files.createDirectories(server.root().resolve("failed"));
    park("out.png", "\"input\": \"../../out.png\",");
    park("star.png", "\"input\": \"*.png\",");
    park("a*b.png", "");
    park("large.png", "");
    Files.writeString(
        failed.resolve("large.png.error.json"), "{\"billed\": \"no\",".repeat(50_000));
    park("code.png", "\"type\": \"\\u001b[2Jx\",");
    Files.writeString(failed.resolve("notes.error.json"), "[1, 2]");

    assertThat(home.replay()).isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(home.out())
        .contains("stays: perhaps paid", "2 back, 1 stay, 1 refused")
        .doesNotContain("\u001b", "a*b", "notes");
    assertThat(server.files("inbox")).containsExactly("code.png", "out.png");
    assertThat(server.files("failed")).contains("a*b.png", "large.png", "star.png");
  }

  @Test
  void anInputThatWasRenamedGoesBackUnderTheNameItCameWith() throws Exception {
    start(Kind.SFTP);
    Files.createDirectories(server.root().resolve("failed"));
    Files.writeString(server.root().resolve("failed/coffee.png"), "an older one");
    input("coffee.png");
    sidecar("coffee.txt", "ink");
    runWith(THROTTLED);
    assertThat(server.files("failed")).contains("coffee-r2.png", "coffee-r2.txt");

    assertThat(home.replay()).as(home.out()).isEqualTo(ExitCode.OK);

    assertThat(server.files("inbox")).containsExactly("coffee.png", "coffee.txt");
    assertThat(server.files("failed")).containsExactly("coffee.png");
  }

  @Test
  void aReplayThatWasKilledHalfwayCanBeRepeated() throws Exception {
    start(Kind.FTP);
    park("tom.png", "");
    Files.writeString(server.root().resolve("failed/tom.txt"), "ink");
    sidecar("tom.txt", "ink");

    assertThat(home.replay()).as(home.out()).isEqualTo(ExitCode.OK);

    assertThat(server.files("inbox")).containsExactly("tom.png", "tom.txt");
    assertThat(server.files("failed")).isEmpty();
  }

  @Test
  void allInstancesOfAllSourcesTakePart() throws Exception {
    start(Kind.FTP);
    try (TestServer second = Kind.SFTP.start(temp.resolve("second"))) {
      home.config("volccv.sources=folder,ftp,sftp", "ftp.instances=north", "sftp.instances=south");
      home.server(second, "sftp.");
      park("north.png", "");
      park(second.root().resolve("failed"), "south.png", "");
      park(home.file("data/failed"), "here.png", "");

      assertThat(home.replay("--source", "sftp", "--dry-run", "--json")).isEqualTo(ExitCode.OK);
      assertThat(home.json().path("inputs")).hasSize(1);
      assertThat(home.json().at("/inputs/0/source").textValue()).isEqualTo("sftp-south");
      assertThat(home.replay()).as(home.err() + home.out()).isEqualTo(ExitCode.OK);

      assertThat(home.out()).contains("data/failed/here.png", "3 back, 0 stay, 0 refused");
      assertThat(server.files("inbox")).containsExactly("north.png");
      assertThat(second.files("inbox")).containsExactly("south.png");
      assertThat(home.file("data/inbox/here.png")).isNotEmptyFile();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FTP", "SFTP"})
  void aServerThatCannotBeReachedIsSaidInOneLine(Kind kind) throws Exception {
    start(kind);
    server.stop();

    assertThat(home.replay()).isEqualTo(ExitCode.CONFIGURATION);

    assertThat(home.err())
        .startsWith("config: ")
        .contains(kind.source + "://127.0.0.1:", "--source")
        .hasLineCount(1);
  }

  @Test
  void aServerWithAnotherHostKeyIsNotTrusted() throws Exception {
    start(Kind.SFTP);
    park("coffee.png", "");
    server.stop();
    ((SftpTestServer) server).changeHostKey();
    server.start();

    assertThat(home.replay()).isEqualTo(ExitCode.CONFIGURATION);

    assertThat(home.err()).contains("the host key has changed").hasLineCount(1);
    assertThat(server.files("failed")).contains("coffee.png");
  }

  private void runWith(Fault fault) {
    sandbox.sandbox().faults(List.of(fault));
    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.JOBS_FAILED);
    sandbox.sandbox().faults(List.of());
  }

  private void input(String name) throws IOException {
    server.put(name, RemoteHome.PHOTO);
  }

  private Path sidecar(String name, String text) throws IOException {
    Path file = server.root().resolve("inbox").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** As an earlier run would have put it away, of which no ledger knows. */
  private void park(String name, String more) throws IOException {
    home.config("volccv.ledger=memory");
    park(server.root().resolve("failed"), name, more);
  }

  private static void park(Path folder, String name, String more) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), RemoteHome.PHOTO);
    Files.writeString(
        folder.resolve(name + ".error.json"),
        "{"
            + more
            + "\"type\": \"ThrottledException\", \"code\": \"50430\", \"billed\": \"no\","
            + " \"time\": \"2026-01-31T10:00:00Z\"}");
  }
}
