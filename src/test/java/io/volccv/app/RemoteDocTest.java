package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.DocPage;
import io.volccv.testing.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code docs/remote.md} shows is what runs; with {@code -Dvolccv.packaged=target/volccv} by
 * the packaged app.
 */
@Tag("slow")
final class RemoteDocTest {

  private static final DocPage PAGE = new DocPage("docs/remote.md");

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;

  @Test
  void fromFtpToSftpByTheLinesShown() throws Exception {
    try (FtpTestServer ftp = new FtpTestServer(temp.resolve("ftp"), "none").start();
        SftpTestServer sftp = new SftpTestServer(temp.resolve("sftp")).start();
        RemoteHome home = new RemoteHome(temp.resolve("home"), sandbox)) {
      Files.writeString(
          home.folder.resolve("config/prompts/postcard.mustache"),
          PAGE.block("mustache", "{{name}}"));
      Files.copy(sftp.knownHosts(), home.folder.resolve("config/known_hosts"));
      home.config(PAGE.properties("volccv.sources=ftp"));
      // The servers of the test are elsewhere, and a test does not wait five seconds.
      home.config(only(ftp.config("ftp."), "host", "port", "user", "minAge", "delay"));
      home.config(only(sftp.config("sftp."), "host", "port", "user"));
      Path inbox = Files.createDirectories(ftp.root().resolve("photos/inbox"));
      Files.copy(Path.of("samples/chelsea.png"), inbox.resolve("chelsea.png"));
      home.write();
      try (AppProcess app = home.run()) {
        app.await(() -> ftp.files("photos/done").contains("chelsea.png"));
        assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
      }

      assertThat(sftp.files("pictures")).containsExactly("chelsea.jpg", "chelsea.jpg.json");
      assertThat(sftp.root().resolve("pictures/chelsea.jpg.json"))
          .content()
          .contains("chelsea as a postcard from the seaside");
    }
  }

  @Test
  void severalServersByTheLinesShown() throws Exception {
    try (RemoteHome home = new RemoteHome(temp.resolve("home"), sandbox)) {
      home.config(PAGE.properties("ftp.instances"));
      home.config("volccv.sources=ftp", "volccv.sinks=ftp");
      Settings settings = home.settings();

      assertThat(settings.get("ftp.north.host")).isEqualTo("north.example.com");
      assertThat(settings.get("ftp.south.user")).isEqualTo("RAW(studio)");
      assertThat(settings.get("ftp.sink")).isEqualTo("archive");
      assertThat(settings.get("ftp.archive.host")).isEqualTo("archive.example.com");
      assertThat(settings.camel())
          .containsEntry("camel.routeTemplate[0].routeId", "from-ftp-north")
          .containsEntry("camel.routeTemplate[1].name", "south");
    }
  }

  private static List<String> only(List<String> lines, String... keys) {
    return lines.stream()
        .filter(line -> List.of(keys).contains(line.replaceAll("^s?ftp\\.|=.*", "")))
        .toList();
  }
}
