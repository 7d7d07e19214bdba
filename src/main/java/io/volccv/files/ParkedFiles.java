package io.volccv.files;

import io.volccv.error.InvalidRequestException;
import io.volccv.model.Job.Outcome;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The inputs of the folder source that were put away, in folders of this machine.
 *
 * <p>An input goes back under the very name that it came with: the prompt may be made of the name,
 * so that under another one it would be another job, and paid again. For the same reason it never
 * meets a sidecar there that is not its own. Nothing is overwritten; where a name is taken, the
 * input stays. The picture appears whole, after its sidecar.
 */
public final class ParkedFiles implements ParkedInputs {

  private final String source;
  private final Map<Outcome, Path> folders;
  private final Path inbox;
  private final Predicate<Path> others;

  /**
   * @param source what the source is called
   * @param folders where inputs are put away, by how their jobs ended
   * @param inbox where they came from
   * @param others what is put away in the same folders by another source
   */
  public ParkedFiles(
      String source, Map<Outcome, Path> folders, Path inbox, Predicate<Path> others) {
    this.source = source;
    this.folders = Map.copyOf(folders);
    this.inbox = inbox;
    this.others = others;
  }

  @Override
  public List<ParkedInput> list(Set<Outcome> outcomes) throws IOException {
    List<ParkedInput> parked = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      list(outcome, folders.get(outcome), parked);
    }
    parked.sort(Comparator.comparing(ParkedInput::time).thenComparing(ParkedInput::id));
    return parked;
  }

  private void list(Outcome outcome, Path folder, List<ParkedInput> parked) throws IOException {
    TreeSet<Path> errors = new TreeSet<>();
    List<Path> inputs = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      Files.walkFileTree(folder, new Collector(errors, inputs));
    }
    for (Path input : inputs) {
      Path error = error(input);
      if (errors.remove(error) && !others.test(input)) {
        ParkedReason reason = new ParkedReason(bytes(error));
        String name = slashes(folder.relativize(input));
        parked.add(parked(reason, outcome, input, false, name, error));
      }
    }
    for (Path error : errors) {
      ParkedReason reason = new ParkedReason(bytes(error));
      String name = ParkedReason.input(slashes(folder.relativize(error)));
      if (reason.time().isPresent() && !others.test(Path.of(name))) {
        parked.add(parked(reason, outcome, error, true, name, error));
      }
    }
  }

  private ParkedInput parked(
      ParkedReason reason, Outcome outcome, Path place, boolean gone, String name, Path error)
      throws IOException {
    return reason.parked(
        source,
        outcome,
        place.toString(),
        place.toString(),
        gone,
        name,
        Files.getLastModifiedTime(error).toInstant());
  }

  private static Path error(Path input) {
    return input.resolveSibling(ParkedReason.file(String.valueOf(input.getFileName())));
  }

  /** Links to folders are not followed: what is behind them was not put away here. */
  private static final class Collector extends SimpleFileVisitor<Path> {
    private final Set<Path> errors;
    private final List<Path> others;

    Collector(Set<Path> errors, List<Path> others) {
      this.errors = errors;
      this.others = others;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      boolean error = attributes.isRegularFile() && ParkedReason.isFile(file.toString());
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

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(ParkedReason.MAX_BYTES);
    }
  }

  private static String slashes(Path path) {
    return path.toString().replace(File.separatorChar, '/');
  }

  @Override
  public Optional<String> obstacle(ParkedInput parked) {
    Path input = Path.of(parked.id());
    if (parked.gone() || !Files.exists(input, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of("its input is gone");
    }
    try {
      Path to = inbox.resolve(SafePath.check(parked.name()));
      if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(TAKEN);
      }
      return Optional.ofNullable(
          sidecar(folders.get(parked.outcome()), input, to).obstacle(parked.stage()));
    } catch (InvalidRequestException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + e.getMessage());
    }
  }

  private ParkedSidecar sidecar(Path folder, Path input, Path to) throws IOException {
    Path own = Sidecar.find(folder, input).orElse(null);
    Path there = Sidecar.find(inbox, to).orElse(null);
    return new ParkedSidecar(
        own == null ? null : String.valueOf(own.getFileName()),
        Sidecar.isShared(input),
        there == null ? null : String.valueOf(there.getFileName()),
        Sidecar.isShared(to),
        own != null && there != null && Files.mismatch(own, there) < 0);
  }

  /** Its sidecar, then itself; its error file is removed. */
  @Override
  public void putBack(ParkedInput parked) throws IOException {
    if (parked.gone()) {
      throw new NoSuchFileException(parked.name());
    }
    Path input = Path.of(parked.id());
    Path error = error(input);
    byte[] reason = bytes(error);
    Path to = inbox.resolve(SafePath.check(parked.name()));
    Path parent = to.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    if (!parent.toRealPath().startsWith(inbox.toRealPath())) {
      throw new FileSystemException(parent.toString(), null, "is a link that leaves the inbox");
    }
    Path sidecar = Sidecar.find(folders.get(parked.outcome()), input).orElse(null);
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
    if (Files.exists(error) && Arrays.equals(reason, bytes(error))) {
      Files.delete(error);
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
