package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise that memory does not grow with the pictures, in a process with a small heap. */
final class SmallHeapTest {

  private static final int MB = 1 << 20;

  @TempDir Path folder;

  @Test
  void sixteenLargeCallsAtATimeFitInto64MegabytesOfHeap() throws Exception {
    Path input = Files.write(folder.resolve("in.png"), picture(1, 10 * MB));
    List<byte[]> pictures =
        List.of(picture(2, 5 * MB), picture(3, 5 * MB), picture(4, 5 * MB), picture(5, 5 * MB));
    StringBuilder expected = new StringBuilder("hashes");
    for (byte[] picture : pictures) {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(picture);
      expected.append(' ').append(HexFormat.of().formatHex(hash));
    }
    try (Sandbox sandbox =
        Sandbox.start(SandboxOptions.defaults().withPort(0).withPictures(request -> pictures))) {
      Path out = folder.resolve("out.txt");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-Djava.io.tmpdir=" + folder,
                  "-cp",
                  embeddersClassPath(),
                  SmallHeapMain.class.getName(),
                  sandbox.gateway().toString(),
                  sandbox.options().apiKey(),
                  input.toString(),
                  "16",
                  "2")
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      try {
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("it ended in time").isTrue();
      } finally {
        process.destroyForcibly();
      }
      String output = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).as(output).isZero();
      List<String> lines =
          new ArrayList<>(output.lines().filter(line -> line.startsWith("hashes")).toList());
      assertThat(lines).hasSize(32).containsOnly(expected.toString());
      assertThat(sandbox.bill().posts()).isEqualTo(32);
    }
  }

  /** Without what is optional: who embeds the component and writes no YAML has none of it. */
  private static String embeddersClassPath() {
    return java.util.Arrays.stream(
            System.getProperty("java.class.path").split(java.io.File.pathSeparator))
        .filter(entry -> !entry.matches(".*/(snakeyaml|camel-yaml|picocli|logback|jetty)[^/]*"))
        .collect(java.util.stream.Collectors.joining(java.io.File.pathSeparator));
  }

  /** A PNG's header and then noise, which is all that is looked at before the service sees it. */
  private static byte[] picture(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    byte[] header =
        HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452000004000000030008020000");
    System.arraycopy(header, 0, bytes, 0, header.length);
    return bytes;
  }
}
