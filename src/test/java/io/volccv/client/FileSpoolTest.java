package io.volccv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.model.Spool;
import io.volccv.model.Spool.Stored;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileSpoolTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 100, 101, 5000, 65_535, 65_536, 65_537, 200_000})
  void aPictureIsReadAsItWasWritten(int size) throws Exception {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    try (FileSpool spool = FileSpool.open(folder, 100)) {
      Stored stored = write(spool, bytes);

      assertThat(stored.length()).isEqualTo(size);
      assertThat(stored.file().isPresent()).isEqualTo(size > 100);
      assertThat(read(stored)).isEqualTo(bytes);
      assertThat(read(stored)).isEqualTo(bytes);
    }
  }

  @Test
  void aLargePictureThatMayStayInMemoryComesAfterASmallOne() throws Exception {
    try (FileSpool spool = FileSpool.open(folder, 1_000_000)) {
      write(spool, new byte[65_536]).release();
      Spool.Writer writer = spool.create();
      writer.write(ByteBuffer.wrap(new byte[300_000]));

      assertThat(read(writer.finish())).hasSize(300_000);
      assertThat(pictures()).isEmpty();
    }
  }

  @Test
  void theBytesGoWithTheLastHold() throws Exception {
    try (FileSpool spool = FileSpool.open(folder, 0)) {
      Stored first = write(spool, new byte[10]);
      Stored second = first.share();
      Path file = first.file().orElseThrow();

      first.release();
      first.release();
      assertThat(file).exists();
      assertThat(read(second)).hasSize(10);
      second.release();

      assertThat(file).doesNotExist();
      assertThatThrownBy(second::open).hasMessageContaining("was let go");
    }
  }

  @Test
  void whatWasDiscardedLeavesNothing() throws Exception {
    try (FileSpool spool = FileSpool.open(folder, 0)) {
      Spool.Writer writer = spool.create();
      writer.write(ByteBuffer.wrap(new byte[100_000]));
      assertThat(pictures()).hasSize(1);
      writer.discard();

      assertThat(pictures()).isEmpty();
    }
  }

  @Test
  void aDeadSpoolIsSweptAndALiveOneIsNot() throws Exception {
    Path dead = Files.createDirectory(folder.resolve("spool-dead"));
    Files.writeString(dead.resolve("lock"), "");
    Files.writeString(dead.resolve("1"), "left behind");
    try (FileSpool live = FileSpool.open(folder, 0)) {
      Stored stored = write(live, new byte[10]);
      try (FileSpool second = FileSpool.open(folder, 0)) {
        assertThat(dead).doesNotExist();
        assertThat(read(stored)).hasSize(10);
        assertThat(write(second, new byte[3]).length()).isEqualTo(3);
      }
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString())).containsExactly("gate");
    }
  }

  @RepeatedTest(10)
  void manyMayOpenAtOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      Files.createDirectory(folder.resolve("spool-dead-" + i));
    }
    List<CompletableFuture<Void>> opened =
        IntStream.range(0, 40)
            .mapToObj(i -> CompletableFuture.runAsync(() -> openAndClose(folder)))
            .toList();

    for (CompletableFuture<Void> spool : opened) {
      spool.get();
    }
  }

  @Test
  void aPrivateSpoolIsItsOwnersAlone() throws Exception {
    Path own = folder.resolve("own");
    try (FileSpool spool = FileSpool.openPrivate(own, 0)) {
      write(spool, new byte[1]);
      assertThat(Files.getPosixFilePermissions(own)).allMatch(p -> p.name().startsWith("OWNER_"));
    }
  }

  private static void openAndClose(Path folder) {
    try (FileSpool spool = FileSpool.open(folder, 0)) {
      write(spool, new byte[1]).release();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Stored write(FileSpool spool, byte[] bytes) throws java.io.IOException {
    Spool.Writer writer = spool.create();
    for (int from = 0; from < bytes.length; from += 60) {
      writer.write(ByteBuffer.wrap(bytes, from, Math.min(60, bytes.length - from)));
    }
    return writer.finish();
  }

  private static byte[] read(Stored stored) throws Exception {
    try (var in = Channels.newInputStream(stored.open())) {
      return in.readAllBytes();
    }
  }

  private List<Path> pictures() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !List.of("lock", "gate").contains(file.getFileName().toString()))
          .toList();
    }
  }
}
