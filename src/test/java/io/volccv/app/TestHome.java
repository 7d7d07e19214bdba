package io.volccv.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A small home for tests: one source, one sink, one template. */
final class TestHome {
  private static final String ROUTE =
      """
      - route:
          id: %1$s
          from:
            uri: direct:%1$s
            steps:
              - log: "${body}"
      """;

  private final Home home;

  private TestHome(Path folder) {
    this.home = new Home(folder);
  }

  static TestHome in(Path folder) throws IOException {
    TestHome test = new TestHome(folder);
    test.config("volccv.reqKey=some_model", "volccv.prompt=restyle");
    test.route("from-folder.yaml", ROUTE.formatted("from-folder"));
    test.route("to-folder.yaml", ROUTE.formatted("to-folder"));
    test.write("config/prompts/restyle.mustache", "restyle {{subject}}");
    return test;
  }

  Home home() {
    return home;
  }

  TestHome config(String... lines) throws IOException {
    return write("config/application.properties", String.join("\n", lines));
  }

  TestHome route(String name, String yaml) throws IOException {
    return write("routes/" + name, yaml);
  }

  TestHome write(String path, String text) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return this;
  }

  Settings read(Map<String, String> overrides) {
    return new SettingsReader(home, Map.of("BOXES", "boxes")::get).read(overrides);
  }
}
