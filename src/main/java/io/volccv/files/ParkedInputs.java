package io.volccv.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.InvalidRequestException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The inputs that were put away in one folder, and their way back into the inbox.
 *
 * <p>An input goes back under the very name that it came with: the prompt may be made of the name,
 * so that under another one it would be another job, and paid again. For the same reason it never
 * meets a sidecar there that is not its own. Nothing is overwritten; where a name is taken, the
 * input stays. Works while the app runs: the picture appears whole, after its sidecar.
 */
public final class ParkedInputs {

  private static final String ERROR = ".error.json";
  private static final int MAX_BYTES = 256 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Path inbox;

  /**
   * @param folder where inputs of one kind of failure are put away
   * @param inbox where they came from
   */
  public ParkedInputs(Path folder, Path inbox) {
    this.folder = folder;
    this.inbox = inbox;
  }

  /** What is put away, oldest first. */
  public List<ParkedInput> list() throws IOException {
    TreeSet<Path> errors = new TreeSet<>();
    List<Path> others = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      Files.walkFileTree(folder, new Collector(errors, others));
    }
    List<ParkedInput> parked = new ArrayList<>();
    for (Path input : others) {
      Path error = input.resolveSibling(SafePath.with(String.valueOf(input.getFileName()), ERROR));
      if (errors.remove(error)) {
        parked.add(read(input, error, true));
      }
    }
    for (Path error : errors) {
      ParkedInput gone = read(null, error, false);
      if (gone != null) {
        parked.add(gone);
      }
    }
    parked.sort(Comparator.comparing(ParkedInput::time).thenComparing(ParkedInput::error));
    return parked;
  }

  /** Links to folders are not followed: what is behind them was not put away here. */
  private static final class Collector extends SimpleFileVisitor<Path> {
    private final TreeSet<Path> errors;
    private final List<Path> others;

    Collector(TreeSet<Path> errors, List<Path> others) {
      this.errors = errors;
      this.others = others;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      boolean error = attributes.isRegularFile() && file.toString().endsWith(ERROR);
      (error ? errors : others).add(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }

  /**
   * @return null for a file that is no error file of ours, when {@code anyway} is false
   */
  private @Nullable ParkedInput read(@Nullable Path input, Path error, boolean anyway)
      throws IOException {
    JsonNode reason = json(error);
    Instant time = time(reason.path("time").asText());
    if (time == null && !anyway) {
      return null;
    }
    String parked = slashes(folder.relativize(input == null ? error : input));
    if (input == null) {
      parked = parked.substring(0, parked.length() - ERROR.length());
    }
    String came = reason.path("input").asText();
    boolean safe = !came.isEmpty() && SafePath.repaired(came).equals(came);
    return new ParkedInput(
        input,
        error,
        safe ? came : parked,
        reason.path("type").asText("unreadable"),
        reason.path("code").textValue(),
        reason.path("stage").asText(),
        reason.path("billed").asText("maybe"),
        reason.path("jobKey").textValue(),
        time == null ? Files.getLastModifiedTime(error).toInstant() : time);
  }

  private static JsonNode json(Path error) throws IOException {
    try {
      return JSON.readTree(bytes(error));
    } catch (JsonProcessingException e) {
      return JSON.missingNode(); // somebody edited it; what is not known is taken for the worst
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES);
    }
  }

  private static @Nullable Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static String slashes(Path path) {
    return path.toString().replace(File.separatorChar, '/');
  }

  /** Why {@code parked} cannot go back now; empty when it can. */
  public Optional<String> obstacle(ParkedInput parked) {
    Path input = parked.input();
    if (input == null || !Files.exists(input, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of("its input is gone");
    }
    try {
      Path to = inbox.resolve(SafePath.check(parked.name()));
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(
            "the inbox has a file of that name; replay it again when that one is done");
      }
      return Optional.ofNullable(wrongSidecar(parked, input, to));
    } catch (InvalidRequestException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + e.getMessage());
    }
  }

  private @Nullable String wrongSidecar(ParkedInput parked, Path input, Path to)
      throws IOException {
    Optional<Path> own = Sidecar.find(folder, input);
    Optional<Path> there = Sidecar.find(inbox, to);
    if (own.isPresent() && Sidecar.isShared(input)) {
      return "another picture has the same sidecar, " + own.get().getFileName() + "; move it away";
    }
    if (own.isPresent() && Sidecar.isShared(to)) {
      return "its sidecar would also be that of another picture in the inbox; replay it later";
    }
    // A sidecar that was itself the mistake was left in the inbox, and may be mended by now.
    boolean itsOwn =
        own.isPresent()
            ? there.isEmpty() || Files.mismatch(own.get(), there.get()) < 0
            : there.isEmpty() || parked.stage().equals("sidecar");
    return itsOwn
        ? null
        : "the inbox has " + there.get().getFileName() + ", which would become its sidecar";
  }

  /**
   * Puts {@code parked} back into the inbox: its sidecar, then itself; its error file is removed.
   * After a kill in between it can be repeated.
   *
   * @throws FileAlreadyExistsException when the name was taken meanwhile; nothing is overwritten
   */
  public void putBack(ParkedInput parked) throws IOException {
    Path input = parked.input();
    if (input == null) {
      throw new NoSuchFileException(parked.name());
    }
    byte[] reason = bytes(parked.error());
    Path to = inbox.resolve(SafePath.check(parked.name()));
    Path parent = to.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    if (!parent.toRealPath().startsWith(inbox.toRealPath())) {
      throw new FileSystemException(parent.toString(), null, "is a link that leaves the inbox");
    }
    Path sidecar = Sidecar.find(folder, input).orElse(null);
    if (sidecar != null) {
      Path beside = to.resolveSibling(SafePath.base(slashes(to.getFileName())) + ending(sidecar));
      if (!Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
        give(sidecar, beside);
      }
    }
    give(input, to);
    Files.delete(input);
    if (sidecar != null) {
      Files.delete(sidecar);
    }
    // The app may already have put it away once more, with another reason.
    if (Files.exists(parked.error()) && java.util.Arrays.equals(reason, bytes(parked.error()))) {
      Files.delete(parked.error());
    }
  }

  private static String ending(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.'));
  }

  /** A second name, which appears with the whole file behind it, and never replaces another. */
  private static void give(Path file, Path name) throws IOException {
    try {
      Files.createLink(name, file);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      copy(file, name); // on another file system, or one without links
    }
  }

  private static void copy(Path file, Path name) throws IOException {
    Path part = Files.createTempFile(name.getParent(), ".replay-", ".part");
    try {
      Files.copy(
          file,
          part,
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES,
          LinkOption.NOFOLLOW_LINKS);
      Files.move(part, name);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
