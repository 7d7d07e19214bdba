package io.volccv.ledger;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.JobInProgressException;
import io.volccv.model.Content;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.MediaFormat;
import io.volccv.model.Money;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Results that are paid and not delivered yet, in a folder: the pictures, and a manifest that says
 * what belongs together. All is forced to the disk, the manifest last and under its final name only
 * when it is whole: who finds a manifest has the whole result.
 */
final class KeptResults {

  private static final String MANIFEST = ".json";
  private static final int BLOCK_BYTES = 64 * 1024;

  private final Path folder;

  KeptResults(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** Keeps {@code result} under the token of its attempt. Repeatable. */
  void keep(byte[] key, long token, CvResult result) throws IOException {
    ObjectNode manifest = Notes.JSON.createObjectNode();
    manifest.put("job", HexFormat.of().formatHex(key));
    manifest.put("reqKey", result.reqKey()).put("requestId", result.requestId());
    manifest.set("fields", Notes.JSON.valueToTree(result.fields()));
    result.seed().ifPresent(seed -> manifest.put("seed", seed));
    result.cost().ifPresent(cost -> manifest.put("milliCny", cost.milliCny()));
    int number = 0;
    for (CvImage image : result.images()) {
      String name = name(token) + "-" + ++number + "." + image.format().extension();
      String sha256 = write(image, folder.resolve(name));
      ObjectNode entry = manifest.withArray("images").addObject();
      entry.put("file", name).put("format", image.format().name());
      entry.put("bytes", image.length()).put("sha256", sha256);
    }
    Path part = folder.resolve(name(token) + ".part");
    try (FileChannel channel = FileChannel.open(part, CREATE, WRITE)) {
      channel.truncate(0);
      ByteBuffer text = ByteBuffer.wrap(Notes.JSON.writeValueAsBytes(manifest));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
    }
    Files.move(part, manifest(token), StandardCopyOption.ATOMIC_MOVE);
    force(folder);
  }

  /** A picture that is a file already is linked and not copied. */
  private static String write(CvImage image, Path to) throws IOException {
    Files.deleteIfExists(to);
    if (!(image.file().isPresent() && linked(image.file().get(), to))) {
      try (ReadableByteChannel in = image.open();
          FileChannel out = FileChannel.open(to, CREATE_NEW, WRITE)) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        while (in.read(block) >= 0) {
          block.flip();
          while (block.hasRemaining()) {
            out.write(block);
          }
          block.clear();
        }
      }
    }
    try (FileChannel channel = FileChannel.open(to, READ, WRITE)) {
      String sha256 = sha256(channel);
      channel.force(true);
      return sha256;
    }
  }

  private static boolean linked(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
      return true;
    } catch (UnsupportedOperationException | FileSystemException e) {
      LedgerThread.LOG.debug("{} is copied, since it cannot be linked", from, e);
      Files.deleteIfExists(to);
      return false;
    }
  }

  /** Names are safe after a power failure only when their folder is. */
  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  private static String sha256(ReadableByteChannel channel) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    while (channel.read(block) >= 0) {
      digest.update(block.flip());
      block.clear();
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * A result that was kept, here or in another folder.
   *
   * @return empty when it is not there, or not whole
   */
  static Optional<CvResult> find(Path folder, long token) throws IOException {
    try {
      return read(
          folder, Notes.JSON.readTree(Files.readAllBytes(folder.resolve(name(token) + MANIFEST))));
    } catch (NoSuchFileException e) {
      // It never was, or somebody delivers it at this moment.
      return Optional.empty();
    }
  }

  private static Optional<CvResult> read(Path folder, JsonNode manifest) throws IOException {
    List<CvImage> images = new ArrayList<>();
    for (JsonNode entry : manifest.path("images")) {
      Path file = folder.resolve(entry.path("file").asText());
      if (!isWhole(file, entry)) {
        return Optional.empty();
      }
      images.add(
          new CvImage(
              MediaFormat.valueOf(entry.path("format").asText()), new KeptFile(Content.of(file))));
    }
    return Optional.of(
        new CvResult(
            manifest.path("reqKey").asText(),
            manifest.path("requestId").asText(),
            images,
            Notes.fields(manifest.path("fields")),
            manifest.has("seed") ? Optional.of(manifest.path("seed").asLong()) : Optional.empty(),
            manifest.has("milliCny")
                ? Optional.of(new Money(manifest.path("milliCny").asLong()))
                : Optional.empty()));
  }

  private static boolean isWhole(Path file, JsonNode entry) throws IOException {
    try (FileChannel channel = FileChannel.open(file, READ)) {
      return channel.size() == entry.path("bytes").asLong()
          && sha256(channel).equals(entry.path("sha256").asText());
    }
  }

  /** The keys of the jobs whose results are whole in {@code folder}, by token. */
  static Map<Long, byte[]> jobs(Path folder) throws IOException {
    Map<Long, byte[]> jobs = new HashMap<>();
    try (DirectoryStream<Path> manifests =
        Files.newDirectoryStream(folder, "[0-9a-f]*" + MANIFEST)) {
      for (Path manifest : manifests) {
        String name = manifest.getFileName().toString();
        String job = Notes.JSON.readTree(Files.readAllBytes(manifest)).path("job").asText();
        jobs.put(
            Long.parseUnsignedLong(name.substring(0, name.length() - MANIFEST.length()), 16),
            HexFormat.of().parseHex(job));
      }
    }
    return jobs;
  }

  /** Lets go of a result. Who reads it at this moment reads on. */
  void drop(long token) throws IOException {
    Files.deleteIfExists(manifest(token));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, name(token) + "*")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Removes what a killed process left behind without a manifest. */
  void sweep() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean ours = name.matches("[0-9a-f]{16}(-\\d+\\.\\w+|\\.part)");
        if (ours && !Files.exists(folder.resolve(name.substring(0, 16) + MANIFEST))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private Path manifest(long token) {
    return folder.resolve(name(token) + MANIFEST);
  }

  private static String name(long token) {
    return HexFormat.of().toHexDigits(token);
  }

  /** A picture that stays until the ledger drops it, whoever holds it. */
  private record KeptFile(Content content) implements Spool.Stored {

    @Override
    public long length() {
      return content.length();
    }

    /**
     * @throws JobInProgressException when the ledger has dropped it meanwhile, since somebody else
     *     who asked for the job has delivered it
     */
    @Override
    public ReadableByteChannel open() throws IOException {
      try {
        return content.open();
      } catch (NoSuchFileException e) {
        JobInProgressException delivered = Refusals.deliveredMeanwhile();
        // Not as its cause, by which a route would take it for a sink that failed.
        delivered.addSuppressed(e);
        throw delivered;
      }
    }

    /** None to be taken over: the file is the ledger's. */
    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public Spool.Stored share() {
      return this;
    }

    @Override
    public void release() {
      // The ledger keeps it until it is delivered.
    }
  }
}
