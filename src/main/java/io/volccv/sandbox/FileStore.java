package io.volccv.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Result pictures behind URLs that die. The files are on disk; a URL carries its own expiry and
 * signature, so that one from before a restart still works. The oldest go first when they become
 * too many.
 */
final class FileStore implements AutoCloseable {
  static final String PATH = "/_sandbox/files/";

  private static final String SUFFIX = "~tplv-sandbox-image.image";
  private static final Pattern NAME = Pattern.compile("\\d{14}[0-9A-F]{18,40}");
  private static final int MOST_FILES = 200_000;
  private static final long MOST_BYTES = 8L << 30;

  private final Path folder;
  private final boolean keep;
  private final Duration ttl;
  private final String secret;
  private final Clock clock;
  private final Ids ids;
  private final Supplier<String> base;
  private final Deque<Stored> stored = new ArrayDeque<>();
  private long bytes;

  private record Stored(Path file, long size, Instant expires) {}

  /** Why a URL is not served. */
  static final class Gone extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    Gone(int status, String message) {
      super(message);
      this.status = status;
    }

    int status() {
      return status;
    }
  }

  /**
   * @param folder where the pictures survive the sandbox, or null for a temporary folder
   * @param base what the URLs begin with, known once the sandbox listens
   */
  FileStore(
      @Nullable Path folder,
      Duration ttl,
      String secret,
      Clock clock,
      Ids ids,
      Supplier<String> base)
      throws IOException {
    this.keep = folder != null;
    this.folder =
        folder == null
            ? Files.createTempDirectory("volccv-sandbox")
            : Files.createDirectories(folder);
    this.ttl = ttl;
    this.secret = secret;
    this.clock = clock;
    this.ids = ids;
    this.base = base;
    if (keep) {
      loadKept();
    }
  }

  private void loadKept() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Instant expires = Files.getLastModifiedTime(file).toInstant();
        track(new Stored(file, Files.size(file), expires));
      }
    }
  }

  /** Keeps the pictures and gives their URLs. */
  List<String> store(List<byte[]> pictures) throws IOException {
    List<String> urls = new ArrayList<>();
    for (byte[] picture : pictures) {
      urls.add(store(picture));
    }
    return List.copyOf(urls);
  }

  /** Keeps the picture and gives its URL. */
  String store(byte[] picture) throws IOException {
    String name = ids.stamped();
    Path file = folder.resolve(name);
    Files.write(file, picture);
    Instant expires = clock.instant().plus(ttl);
    if (keep) {
      // The file's date is when it ends, so that a restarted sandbox knows what to sweep.
      Files.setLastModifiedTime(file, FileTime.from(expires));
    }
    track(new Stored(file, picture.length, expires));
    String epoch = Long.toString(expires.getEpochSecond());
    return base.get()
        + PATH
        + name
        + SUFFIX
        + "?rk3s=sandbox&x-expires="
        + epoch
        + "&x-signature="
        + CanonicalQuery.encode(signature(name, epoch));
  }

  /** The picture of a URL, or {@link Gone} when it is not one of ours or its time is over. */
  Path find(String path, @Nullable String query) throws IOException {
    String name = path.substring(PATH.length()).replace(SUFFIX, "");
    String expires = CanonicalQuery.parameter(query, "x-expires");
    String signature = CanonicalQuery.parameter(query, "x-signature");
    if (!NAME.matcher(name).matches()
        || expires == null
        || signature == null
        || !expires.matches("\\d{1,18}")) {
      throw new Gone(403, "the URL is not one of the sandbox");
    }
    // A decoded '+' is a space; base64 has no space.
    byte[] given = signature.replace(' ', '+').getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(given, signature(name, expires).getBytes(StandardCharsets.UTF_8))) {
      throw new Gone(403, "the URL's signature is wrong");
    }
    if (clock.instant().getEpochSecond() >= Long.parseLong(expires)) {
      throw new Gone(403, "the URL has expired");
    }
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      throw new Gone(404, "the picture is gone");
    }
    return file;
  }

  byte[] read(String path, @Nullable String query) throws IOException {
    return Files.readAllBytes(find(path, query));
  }

  private void track(Stored file) throws IOException {
    List<Stored> old = new ArrayList<>();
    synchronized (stored) {
      stored.addLast(file);
      bytes += file.size();
      Instant now = clock.instant();
      while (!stored.isEmpty()
          && (stored.size() > MOST_FILES
              || bytes > MOST_BYTES
              || stored.getFirst().expires().isBefore(now))) {
        Stored first = stored.removeFirst();
        bytes -= first.size();
        old.add(first);
      }
    }
    for (Stored first : old) {
      Files.deleteIfExists(first.file());
    }
  }

  void clear() {
    List<Stored> old;
    synchronized (stored) {
      old = List.copyOf(stored);
      stored.clear();
      bytes = 0;
    }
    try {
      for (Stored file : old) {
        Files.deleteIfExists(file.file());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the result pictures can't be deleted", e);
    }
  }

  private String signature(String name, String expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal((name + expires).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA1", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (keep || !Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
