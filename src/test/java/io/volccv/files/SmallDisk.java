package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of 64 KB, if this user may have one. */
final class SmallDisk implements AutoCloseable {

  private final Path mount;

  SmallDisk(Path mount) throws Exception {
    this.mount = Files.createDirectories(mount);
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount.toString()))
        .as("this user may mount")
        .isZero();
  }

  @Override
  public void close() throws Exception {
    assertThat(run("umount", mount.toString())).isZero();
  }

  private static int run(String... command) throws Exception {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException none) {
      return -1;
    }
    return process.waitFor();
  }
}
