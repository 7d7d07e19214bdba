package io.volccv.files;

import io.volccv.model.Job.Outcome;
import io.volccv.model.MapFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.camel.Endpoint;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of an FTP or SFTP source that were put away, in the folders of its server. They go
 * back as those of the folder source do ({@link ParkedFiles}), but by renaming, and a sidecar as a
 * copy that is there before its picture.
 *
 * <p>What the server lists and what lies there may be anything: names that cannot be used are
 * passed over, and of no file more is read than one of ours can have.
 */
public final class ParkedServerFiles implements ParkedInputs {

  /** Files and folders; a server without an end would otherwise be read for ever. */
  private static final int MOST = 200_000;

  private final RemoteFolders folders;
  private final RemoteStore store;
  private final String source;
  private final Path inbox;

  /** The names in the folders that are listed already: one question for each, not for each name. */
  private final Map<String, Set<String>> listed = new HashMap<>();

  private int seen;

  private ParkedServerFiles(
      RemoteFolders folders, RemoteStore store, String source, String directory) {
    this.folders = folders;
    this.store = store;
    this.source = source;
    this.inbox = Path.of(directory);
  }

  /**
   * Those of the server that a route takes its inputs from, in the route's own way: with its login,
   * its TLS or host key, and its folders. Connects when something is asked.
   *
   * @param endpoint of a route that is not started
   * @return empty when it is none of a {@link RemoteInbox}
   */
  public static Optional<ParkedInputs> of(Endpoint endpoint) {
    if (!(endpoint instanceof RemoteFileEndpoint<?> server)
        || !(server.getFilter() instanceof RemoteInbox from)) {
      return Optional.empty();
    }
    // What is too large is then not fetched to its end; and the running app uses that folder.
    server.setLocalWorkDirectory(null);
    server.getConfiguration().setStreamDownload(true);
    return Optional.of(
        new ParkedServerFiles(
            from.folders(),
            new RemoteStore(server),
            from.source(),
            server.getConfiguration().getDirectory()));
  }

  @Override
  public List<ParkedInput> list(Set<Outcome> outcomes) throws IOException {
    List<ParkedInput> parked = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      list(outcome, parked);
    }
    parked.sort(Comparator.comparing(ParkedInput::time).thenComparing(ParkedInput::id));
    return parked;
  }

  private void list(Outcome outcome, List<ParkedInput> parked) throws IOException {
    Path folder = folders.of(outcome);
    TreeMap<String, Instant> errors = new TreeMap<>();
    List<String> inputs = new ArrayList<>();
    walk(folder, "", errors, inputs);
    for (String input : inputs) {
      String error = ParkedReason.file(input);
      Instant time = errors.remove(error);
      if (time != null) {
        String id = RemoteFolders.text(folder.resolve(input));
        parked.add(
            reason(folder, error).parked(source, outcome, id, shown(id), false, input, time));
      }
    }
    for (Map.Entry<String, Instant> error : errors.entrySet()) {
      ParkedReason reason = reason(folder, error.getKey());
      if (reason.time().isPresent()) {
        String id = RemoteFolders.text(folder.resolve(error.getKey()));
        String name = ParkedReason.input(error.getKey());
        parked.add(reason.parked(source, outcome, id, shown(id), true, name, error.getValue()));
      }
    }
  }

  private void walk(Path root, String below, Map<String, Instant> errors, List<String> inputs)
      throws IOException {
    String folder = RemoteFolders.text(root.resolve(below));
    Set<String> names = new TreeSet<>();
    listed.put(folder, names);
    for (RemoteStore.Entry entry : store.list(folder)) {
      String name = below.isEmpty() ? entry.name() : below + "/" + entry.name();
      if (!RemoteInbox.isSafe(entry.name()) || !SafePath.isSafe(name)) {
        continue;
      }
      if (++seen > MOST) {
        throw new IOException("there are more than " + MOST + " files; move some away");
      }
      names.add(entry.name());
      if (entry.isFolder()) {
        walk(root, name, errors, inputs);
      } else if (ParkedReason.isFile(name)) {
        errors.put(name, entry.time());
      } else {
        inputs.add(name);
      }
    }
  }

  private ParkedReason reason(Path folder, String error) throws IOException {
    String path = RemoteFolders.text(folder.resolve(error));
    return new ParkedReason(store.read(path, ParkedReason.MAX_BYTES).orElse(new byte[0]));
  }

  private String shown(String path) {
    return source + ": " + path;
  }

  @Override
  public Optional<String> obstacle(ParkedInput parked) {
    Path input = Path.of(parked.id());
    try {
      if (parked.gone() || !has(input)) {
        return Optional.of("its input is gone");
      }
      if (!RemoteStore.isPlain(parked.name())) {
        return Optional.of("no file on a server may be called " + parked.name());
      }
      Path to = to(parked);
      return has(to) ? Optional.of(TAKEN) : Optional.ofNullable(sidecarObstacle(parked, input, to));
    } catch (IOException e) {
      return Optional.of("it cannot be read: " + RemoteReason.of(e));
    }
  }

  private @Nullable String sidecarObstacle(ParkedInput parked, Path input, Path to)
      throws IOException {
    List<Path> own = sidecars(input);
    List<Path> there = sidecars(to);
    if (own.size() > 1 || there.size() > 1) {
      List<Path> two = own.size() > 1 ? own : there;
      return "there are two sidecars, " + two.get(0) + " and " + two.get(1) + "; keep one of them";
    }
    boolean both = !own.isEmpty() && !there.isEmpty();
    return new ParkedSidecar(
            own.isEmpty() ? null : String.valueOf(own.get(0).getFileName()),
            isShared(input),
            there.isEmpty() ? null : String.valueOf(there.get(0).getFileName()),
            isShared(to),
            both && Arrays.equals(sidecar(own.get(0)), sidecar(there.get(0))))
        .obstacle(parked.stage());
  }

  @Override
  public void putBack(ParkedInput parked) throws IOException {
    if (parked.gone()) {
      throw new NoSuchFileException(parked.name());
    }
    Path input = Path.of(parked.id());
    Path to = to(parked);
    String target = RemoteFolders.text(to);
    // Asked now, and not taken from a list: a server may rename onto what is there.
    if (store.exists(target)) {
      throw new FileAlreadyExistsException(target);
    }
    String error = ParkedReason.file(parked.id());
    Optional<byte[]> reason = store.read(error, ParkedReason.MAX_BYTES);
    Optional<Path> own = sidecars(input).stream().findFirst();
    if (own.isPresent()) {
      giveSidecar(own.get(), to);
    }
    if (!store.move(parked.id(), target)) {
      throw new NoSuchFileException(parked.id());
    }
    moved(input, to);
    if (own.isPresent()) {
      store.delete(RemoteFolders.text(own.get()));
      names(own.get()).remove(String.valueOf(own.get().getFileName()));
    }
    // The app may already have put it away once more, with another reason.
    Optional<byte[]> now = store.read(error, ParkedReason.MAX_BYTES);
    if (now.isPresent() && reason.isPresent() && Arrays.equals(now.get(), reason.get())) {
      store.delete(error);
    }
  }

  private void giveSidecar(Path own, Path to) throws IOException {
    String name = String.valueOf(own.getFileName());
    String ending = name.substring(name.lastIndexOf('.'));
    Path beside = Path.of(SafePath.base(RemoteFolders.text(to)) + ending);
    byte[] content = sidecar(own);
    if (!store.exists(RemoteFolders.text(beside))) {
      store.write(RemoteFolders.text(beside), content);
      names(beside).add(String.valueOf(beside.getFileName()));
    } else if (!Arrays.equals(content, sidecar(beside))) {
      throw new FileAlreadyExistsException(RemoteFolders.text(beside));
    }
  }

  private byte[] sidecar(Path sidecar) throws IOException {
    return store
        .read(RemoteFolders.text(sidecar), MapFile.MAX_BYTES)
        .orElseThrow(
            () -> new IOException("the sidecar " + sidecar + " is larger than 64 KB, or gone"));
  }

  private Path to(ParkedInput parked) {
    return inbox.resolve(SafePath.check(parked.name()));
  }

  private List<Path> sidecars(Path picture) throws IOException {
    String base = SafePath.base(String.valueOf(picture.getFileName()));
    return names(picture).stream()
        .filter(name -> !ParkedReason.isFile(name) && SafePath.base(name).equals(base))
        .filter(name -> RemoteInbox.SIDECARS.contains(extension(name)))
        .sorted()
        .map(picture::resolveSibling)
        .toList();
  }

  private boolean isShared(Path picture) throws IOException {
    String name = String.valueOf(picture.getFileName());
    Set<String> names = names(picture);
    return Sidecar.PICTURES.stream()
        .map(extension -> SafePath.base(name) + extension)
        .anyMatch(other -> !other.equals(name) && names.contains(other));
  }

  private boolean has(Path file) throws IOException {
    return names(file).contains(String.valueOf(file.getFileName()));
  }

  private void moved(Path from, Path to) throws IOException {
    names(from).remove(String.valueOf(from.getFileName()));
    names(to).add(String.valueOf(to.getFileName()));
  }

  /** The names beside a file, and its own. */
  private Set<String> names(Path file) throws IOException {
    Path parent = file.getParent();
    String folder = parent == null ? "" : RemoteFolders.text(parent);
    Set<String> known = listed.get(folder);
    if (known == null) {
      known = new TreeSet<>();
      for (RemoteStore.Entry entry : store.list(folder)) {
        known.add(entry.name());
      }
      listed.put(folder, known);
    }
    return known;
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    store.close();
  }
}
