package io.volccv.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.TreeSet;

/** A server that photos come from, or pictures go to. */
interface TestServer extends AutoCloseable {

  /**
   * One that is not started yet.
   *
   * @param kind {@code ftp}, {@code sftp}, or the TLS of an FTP server
   */
  static TestServer of(String kind, Path root) throws Exception {
    return switch (kind) {
      case "ftp" -> new FtpTestServer(root, "none");
      case "sftp" -> new SftpTestServer(root);
      default -> new FtpTestServer(root, kind);
    };
  }

  /** The same with a slow line, on which something can happen. */
  static TestServer slow(String kind, Path root, int bytesPerSecond) throws Exception {
    return kind.equals("ftp")
        ? new FtpTestServer(root, "none").slow(bytesPerSecond)
        : new SftpTestServer(root).withFiles(SftpFaults.slow(bytesPerSecond));
  }

  /** The folder that a login sees. */
  Path root();

  /** {@code ftp} or {@code sftp}. */
  String kind();

  /** The lines of the configuration that say how to reach it. */
  List<String> config(String prefix);

  TestServer start() throws Exception;

  void stop() throws IOException;

  @Override
  default void close() throws IOException {
    stop();
  }

  /** Puts a file into the inbox. */
  default void put(String name, byte[] content) throws IOException {
    Path file = root().resolve("inbox").resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, content);
  }

  /** All files below a folder, with {@code /}. */
  default List<String> files(String folder) {
    return filesBelow(root().resolve(folder));
  }

  /** The same of a folder of this machine, in which files may come and go meanwhile. */
  static List<String> filesBelow(Path folder) {
    TreeSet<String> files = new TreeSet<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              files.add(folder.relativize(file).toString());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) throws IOException {
              return gone instanceof NoSuchFileException
                  ? FileVisitResult.CONTINUE
                  : super.visitFileFailed(file, gone);
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(files);
  }
}
