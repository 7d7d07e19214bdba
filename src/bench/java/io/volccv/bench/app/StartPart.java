package io.volccv.bench.app;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long it takes from the call of {@code bin/volccv} until the first request is sent. */
public final class StartPart implements Part {

  @Override
  public String name() {
    return "start";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException, InterruptedException {
    Path archive = bench.folder().resolve("volccv.jsa");
    Files.deleteIfExists(archive);
    try (Server server = Server.start(bench.folder())) {
      millis(bench, server, List.of("-XX:ArchiveClassesAtExit=" + archive));
      List<Long> plain = new ArrayList<>();
      List<Long> archived = new ArrayList<>();
      for (int round = 0; round < bench.rounds(); round++) {
        plain.add(millis(bench, server, List.of()));
        archived.add(millis(bench, server, List.of("-XX:SharedArchiveFile=" + archive)));
      }
      return List.of(
          finding("start of the app to its first call", 1500, plain),
          finding("the same with an archive of its classes", 1000, archived));
    }
  }

  private static Finding finding(String what, long most, List<Long> rounds) {
    long median = rounds.stream().sorted().toList().get(rounds.size() / 2);
    return new Finding(what, "<= " + most + " ms", median + " ms", median <= most);
  }

  private static long millis(Bench bench, Server server, List<String> java)
      throws IOException, InterruptedException {
    try (AppHome home = AppHome.create(bench)) {
      home.fill(Payload.T, 1);
      server.stats();
      long start = System.currentTimeMillis();
      int code = home.run(server.port(Payload.T, 0), java);
      if (code != 0 || home.pictures() != 1) {
        throw new IOException("the app ended with " + code + "; see app.log");
      }
      return server.stats().firstEpochMillis() - start;
    }
  }
}
