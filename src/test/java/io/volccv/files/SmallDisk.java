package io.volccv.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small disk, if this user may have one. */
public final class SmallDisk implements AutoCloseable {

  private final Path mount;

  /** One of 64 KB. */
  public SmallDisk(Path mount) throws Exception {
    this(mount, "64k");
  }

  public SmallDisk(Path mount, String size) throws Exception {
    this.mount = Files.createDirectories(mount);
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", mount.toString()))
        .as("this user may mount")
        .isZero();
  }

  /** Takes all the room that is left. */
  public void fill() throws IOException {
    try (FileChannel filling = FileChannel.open(filling(), CREATE, WRITE)) {
      byte[] zeros = new byte[4096];
      while (true) {
        filling.write(ByteBuffer.wrap(zeros));
      }
    } catch (IOException full) {
      assertThat(mount.toFile().getUsableSpace()).isLessThan(4096);
    }
  }

  /** Gives back what {@link #fill()} took. */
  public void free() throws IOException {
    Files.delete(filling());
  }

  private Path filling() {
    return mount.resolve("filling");
  }

  public void makeReadOnly() throws Exception {
    assertThat(run("mount", "-o", "remount,ro", mount.toString())).isZero();
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
