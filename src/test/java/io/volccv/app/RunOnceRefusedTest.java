package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.testing.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How {@code run --once} ends when no call can succeed, whatever the photos come from. */
final class RunOnceRefusedTest {
  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;

  private enum Source {
    FOLDER,
    FTP,
    SFTP
  }

  private enum Refusal {
    CREDENTIALS(
        "camel.component.volccv.apiKey=no-such-key", ExitCode.UNAUTHORIZED, "unauthorized: "),
    BUDGET("volccv.budget.total.images=0", ExitCode.BUDGET, "budget: ");

    private final String line;
    private final int code;
    private final String said;

    Refusal(String line, int code, String said) {
      this.line = line;
      this.code = code;
      this.said = said;
    }
  }

  static Stream<Arguments> all() {
    List<Arguments> all = new ArrayList<>();
    for (Source source : Source.values()) {
      for (Refusal refusal : Refusal.values()) {
        all.add(Arguments.of(source, refusal));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("all")
  void itsExitCodeSaysWhyAndTheInputsStay(Source source, Refusal refusal) throws Exception {
    OperatorHome home = new OperatorHome(temp.resolve("home"), sandbox).config(refusal.line);
    try (TestServer server = server(source)) {
      Path inbox = home.file("data/inbox");
      if (server != null) {
        home.config("volccv.sources=" + server.kind()).server(server, server.kind() + ".");
        inbox = server.root().resolve("inbox");
      }
      Files.createDirectories(inbox.resolve("cats"));
      Files.write(inbox.resolve("coffee.png"), RemoteHome.PHOTO);
      Files.write(inbox.resolve("cats/tom.png"), RemoteHome.PHOTO);
      Files.writeString(inbox.resolve("cats/tom.txt"), "a cat in ink");

      assertThat(home.run()).as(home.err()).isEqualTo(refusal.code);

      assertThat(home.err())
          .startsWith(refusal.said)
          .contains("the inputs stay where they are")
          .doesNotContain("no-such-key")
          .hasLineCount(1);
      assertThat(TestServer.filesBelow(inbox))
          .containsExactly("cats/tom.png", "cats/tom.txt", "coffee.png");
      assertThat(sandbox.bill().images()).isZero();
    }
  }

  private TestServer server(Source source) throws Exception {
    Path folder = temp.resolve("server");
    return switch (source) {
      case FOLDER -> null;
      case FTP -> new FtpTestServer(folder, "none").start();
      case SFTP -> new SftpTestServer(folder).start();
    };
  }
}
