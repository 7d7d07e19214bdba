package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.testing.SandboxExtension;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A home that is worked on by commands alone, with little patience for a throttled service. */
final class OperatorHome {
  final RemoteHome home;
  private TestTerminal terminal = new TestTerminal();

  OperatorHome(Path folder, SandboxExtension sandbox) throws IOException {
    home = new RemoteHome(folder, sandbox);
    Path errors = folder.resolve("routes/errors.yaml");
    Files.writeString(
        errors,
        Files.readString(errors)
            .replace("firstDelayMillis: 1000", "firstDelayMillis: 10")
            .replace(
                "${exchangeProperty.CamelVolcCvRetries} <= 30",
                "${exchangeProperty.CamelVolcCvRetries} <= 0"));
  }

  OperatorHome config(String... lines) {
    home.config(lines);
    return this;
  }

  /** A server under a prefix of the configuration; passwords are written, not in an environment. */
  OperatorHome server(TestServer server, String prefix) {
    for (String line : server.config(prefix)) {
      home.config(line.contains("{{env:") ? password(prefix) : line);
    }
    return this;
  }

  private static String password(String prefix) {
    return prefix
        + "password="
        + (prefix.startsWith("sftp") ? SftpTestServer.PASSWORD : FtpTestServer.PASSWORD);
  }

  /** The exit code of {@code run --once}. */
  int run(String... more) {
    List<String> line = new ArrayList<>(List.of("--once"));
    line.addAll(List.of(more));
    return execute("run", line);
  }

  /** The exit code of {@code replay}. */
  int replay(String... options) {
    return execute("replay", List.of(options));
  }

  int execute(String command, List<String> options) {
    terminal = new TestTerminal();
    List<String> line = new ArrayList<>(List.of(command, "--home", home.folder.toString()));
    home.lines.forEach(property -> line.add("-D" + property));
    line.addAll(options);
    return new Cli(terminal.terminal(), new Termination(), new StringReader(""))
        .execute(line.toArray(String[]::new));
  }

  String out() {
    return terminal.out();
  }

  String err() {
    return terminal.err();
  }

  JsonNode json() throws IOException {
    return new JsonMapper().readTree(terminal.out());
  }

  Path file(String name) {
    return home.folder.resolve(name);
  }
}
