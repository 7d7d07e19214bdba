package io.volccv.service;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Files that are still there after a power failure, once a method returns. */
final class Disk {
  private Disk() {}

  /** Whole or not at all. */
  static void write(Path file, byte[] content) throws IOException {
    Path part = file.resolveSibling(".part-" + file.getFileName());
    try (FileChannel channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    move(part, file);
  }

  static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** A file, in one step, also over what is there. */
  static void move(Path from, Path to) throws IOException {
    rename(from, to);
    syncFolder(to.getParent());
  }

  /** Files into a folder, each in one step; what is there under other names stays. */
  static void moveAll(Collection<Path> files, Path to) throws IOException {
    Files.createDirectories(to);
    for (Path file : files) {
      rename(file, to.resolve(file.getFileName()));
    }
    syncFolder(to);
    // Also when it was there: who made it may have died before it was on the disk.
    syncFolder(to.toAbsolutePath().getParent());
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Makes a folder, and those that it is in. */
  static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.toAbsolutePath().getParent();
    make(parent);
    Files.createDirectories(folder);
    syncFolder(parent);
  }

  /** Nothing is wrong when the file is not there. */
  static void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      syncFolder(file.toAbsolutePath().getParent());
    }
  }

  /** The names in it; Windows has nothing like it. */
  private static void syncFolder(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** With all that is in it; nothing is wrong when it is not there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(folder)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path one : all) {
      Files.deleteIfExists(one);
    }
  }
}
