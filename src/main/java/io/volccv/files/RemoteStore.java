package io.volccv.files;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.component.file.remote.FtpOperations;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.component.file.remote.RemoteFileOperations;
import org.apache.camel.component.file.remote.SftpRemoteFile;
import org.apache.camel.support.DefaultExchange;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;

/**
 * The few small operations on an FTP or SFTP server that a route cannot do with an endpoint: look
 * for a name, read and write a small file, move. On a connection of its own, since that of the
 * endpoint is in use by another thread; one operation at a time.
 *
 * <p>Names are paths as the endpoint has them: relative to the folder of the login, or absolute.
 */
final class RemoteStore implements AutoCloseable {

  /** What JSch takes for a pattern, in every operation: {@code rm} would remove all that match. */
  private static final String PATTERN = "[*?\\\\]";

  private static final AtomicLong PARTS = new AtomicLong();

  private final RemoteFileEndpoint<Object> endpoint;
  private final Set<String> folders = new HashSet<>();
  private boolean connected;
  private RemoteFileOperations<Object> operations;

  @FunctionalInterface
  private interface Action<T> {
    T run(RemoteFileOperations<Object> operations) throws IOException;
  }

  @SuppressWarnings("unchecked")
  RemoteStore(RemoteFileEndpoint<?> endpoint) {
    this.endpoint = (RemoteFileEndpoint<Object>) endpoint;
    this.operations = operations();
  }

  /** The name without characters that a server or its client would take for a pattern. */
  static String plain(String name) {
    return name.replaceAll(PATTERN, "_");
  }

  /** Whether the name can be used as it is. */
  static boolean isPlain(String name) {
    return name.equals(plain(name));
  }

  /** Where it is, for a person: without user and password. */
  String server() {
    return endpoint.getConfiguration().getProtocol()
        + "://"
        + endpoint.getConfiguration().getHost()
        + ":"
        + endpoint.getConfiguration().getPort();
  }

  boolean exists(String name) throws IOException {
    return call(operations -> found(operations, name));
  }

  /** Whether there is such a folder. Of SFTP always true: there a listing says it. */
  boolean hasFolder(String folder) throws IOException {
    return call(
        operations -> {
          RemoteFileOperations<?> any = operations;
          return !(any instanceof FtpOperations) || isFolder(operations, folder);
        });
  }

  private static boolean isFolder(RemoteFileOperations<Object> operations, String folder)
      throws IOException {
    RemoteFileOperations<?> any = operations;
    if (!(any instanceof FtpOperations ftp)) {
      return operations.existsFile(folder);
    }
    FTPClient client = ftp.getClient();
    String here = client.printWorkingDirectory();
    return client.changeWorkingDirectory(folder) && client.changeWorkingDirectory(here);
  }

  /**
   * What a server lists.
   *
   * @param name of the last part alone; a server may say what it likes
   * @param time when it was changed, the epoch when the server does not say it
   */
  record Entry(String name, boolean isFolder, Instant time) {}

  /** What lies in a folder, none when there is no such folder. */
  List<Entry> list(String folder) throws IOException {
    return call(
        operations -> {
          if (!folder.isEmpty() && !isFolder(operations, folder)) {
            return List.of();
          }
          List<Entry> entries = new ArrayList<>();
          for (Object file : operations.listFiles(folder)) {
            Entry entry =
                file instanceof FTPFile ftp ? entry(ftp) : entry((SftpRemoteFile<?>) file);
            if (entry.name() != null && !List.of(".", "..").contains(entry.name())) {
              entries.add(entry);
            }
          }
          return entries;
        });
  }

  private static Entry entry(FTPFile file) {
    Calendar time = file.getTimestamp();
    return new Entry(
        file.getName(), file.isDirectory(), time == null ? Instant.EPOCH : time.toInstant());
  }

  private static Entry entry(SftpRemoteFile<?> file) {
    return new Entry(
        file.getFilename(), file.isDirectory(), Instant.ofEpochMilli(file.getLastModified()));
  }

  /** The content, empty when there is no such file or it is larger than {@code max} bytes. */
  Optional<byte[]> read(String name, int max) throws IOException {
    return call(
        operations -> found(operations, name) ? content(operations, name, max) : Optional.empty());
  }

  /** Writes it whole or not at all, and makes its folder; what was there before is replaced. */
  void write(String name, byte[] content) throws IOException {
    call(
        operations -> {
          makeFolder(operations, name);
          String part = folder(name) + ".part-" + PARTS.incrementAndGet() + "-" + last(name);
          Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
          exchange.getIn().setBody(new ByteArrayInputStream(content));
          require(operations.storeFile(part, exchange, content.length), "cannot write " + part);
          if (found(operations, name)) {
            require(operations.deleteFile(name), "cannot replace " + name);
          }
          require(operations.renameFile(part, name), "cannot rename to " + name);
          return true;
        });
  }

  /** Makes the folder of {@code to}. False when there is no {@code from} any more. */
  boolean move(String from, String to) throws IOException {
    return call(
        operations -> {
          makeFolder(operations, to);
          if (!found(operations, from)) {
            return false;
          }
          require(operations.renameFile(from, to), "cannot move " + from + " to " + to);
          return true;
        });
  }

  void delete(String name) throws IOException {
    call(
        operations ->
            !found(operations, name)
                || require(operations.deleteFile(name), "cannot delete " + name));
  }

  @Override
  public synchronized void close() {
    disconnect();
  }

  /**
   * A connection that lay idle may be dead without anyone knowing: then it is tried once more on a
   * fresh one.
   */
  private synchronized <T> T call(Action<T> action) throws IOException {
    boolean fresh = !connected;
    try {
      return run(action);
    } catch (IOException e) {
      disconnect();
      if (fresh) {
        throw e;
      }
      try {
        return run(action);
      } catch (IOException again) {
        disconnect();
        throw again;
      }
    }
  }

  private <T> T run(Action<T> action) throws IOException {
    try {
      if (!connected) {
        operations.connect(endpoint.getConfiguration(), null);
        connected = true;
      }
      return action.run(operations);
    } catch (GenericFileOperationFailedException e) {
      throw new IOException(server() + ": " + RemoteReason.of(e), e);
    }
  }

  private void disconnect() {
    connected = false;
    folders.clear();
    try {
      operations.forceDisconnect();
    } catch (GenericFileOperationFailedException e) {
      // A client that could not even say good-bye is in no known state.
      operations = operations();
    }
  }

  private RemoteFileOperations<Object> operations() {
    try {
      return endpoint.createRemoteFileOperations();
    } catch (Exception e) {
      throw new IllegalStateException("cannot make a client for " + server(), e);
    }
  }

  /** Of FTP with SIZE: NLST, which Camel uses, lists whole folders and knows patterns. */
  private static boolean found(RemoteFileOperations<Object> operations, String name)
      throws IOException {
    RemoteFileOperations<?> any = operations;
    return any instanceof FtpOperations ftp
        ? ftp.getClient().getSize(name) != null
        : operations.existsFile(name);
  }

  private Optional<byte[]> content(RemoteFileOperations<Object> operations, String name, int max)
      throws IOException {
    GenericFile<Object> file = operations.newGenericFile();
    file.setRelativeFilePath(".read-" + PARTS.incrementAndGet());
    Exchange exchange = new DefaultExchange(endpoint.getCamelContext());
    exchange.setProperty(FileComponent.FILE_EXCHANGE_FILE, file);
    require(operations.retrieveFile(name, exchange, -1), "cannot read " + name);
    byte[] bytes;
    Object body = file.getBody();
    if (body instanceof File local) {
      try (InputStream in = Files.newInputStream(local.toPath())) {
        bytes = in.readNBytes(max + 1);
      } finally {
        Files.deleteIfExists(local.toPath());
      }
    } else {
      try (InputStream in = (InputStream) body) {
        bytes = in.readNBytes(max + 1);
      }
      if (bytes.length > max) {
        disconnect(); // rather than read the rest
        return Optional.empty();
      }
      operations.releaseRetrievedFileResources(exchange);
    }
    return bytes.length > max ? Optional.empty() : Optional.of(bytes);
  }

  private void makeFolder(RemoteFileOperations<Object> operations, String name) {
    String folder = folder(name);
    // Not made may only mean that another connection was faster: then what follows goes well.
    if (!folder.isEmpty()
        && !folders.contains(folder)
        && operations.buildDirectory(folder, folder.startsWith("/"))) {
      folders.add(folder);
    }
  }

  private static boolean require(boolean done, String otherwise) throws IOException {
    if (!done) {
      throw new IOException(otherwise);
    }
    return true;
  }

  private static String folder(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  private static String last(String name) {
    return SafePath.cut(name.substring(name.lastIndexOf('/') + 1), 200).toLowerCase(Locale.ROOT);
  }
}
