package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.UnreachableException;
import io.volccv.model.Job;
import io.volccv.model.Job.Outcome;
import io.volccv.model.MapFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An input on a server, from when it is taken to when it is put away. */
final class RemoteInput implements Input {

  private final RemoteFolders folders;
  private final String path;
  private final List<String> beside;
  private final @Nullable String sidecar;
  private Path folder = Path.of("");
  private String name = "";
  private String came = "";
  private @Nullable Place place;
  private byte @Nullable [] error;

  /**
   * @param path on the server
   * @param beside the paths of what lies there as sidecars of it
   */
  RemoteInput(RemoteFolders folders, String path, List<String> beside) {
    this.folders = folders;
    this.path = path;
    this.beside = List.copyOf(beside);
    this.sidecar = beside.size() == 1 ? beside.get(0) : null;
  }

  String path() {
    return path;
  }

  /** Moves it on the server now, or as soon as that is possible. */
  @Override
  public List<Path> putAway(Job job, Outcome outcome, byte @Nullable [] why) throws IOException {
    error = why;
    folder = folders.of(outcome);
    name = SafePath.repaired(job.name());
    came = job.name();
    try {
      move();
    } catch (IOException | UncheckedIOException e) {
      folders.holdBack(this, e);
    }
    Path shown = place == null ? folder.resolve(name) : place.input();
    return place == null ? List.of(shown) : List.of(shown, place.error());
  }

  /** May be called again after a failure, and goes on where it was. */
  void move() throws IOException {
    RemoteStore store = folders.store();
    if (place == null) {
      place = folders.claim(folder, name, sidecar);
    }
    if (error != null) {
      boolean renamed = !place.input().equals(folder.resolve(name));
      store.write(
          RemoteFolders.text(place.error()), renamed ? ErrorFile.withInput(error, came) : error);
      error = null;
    }
    if (!store.move(path, RemoteFolders.text(place.input()))) {
      folders.tellGone(path);
    }
    Path to = place.sidecar();
    if (sidecar != null && to != null && !isShared()) {
      store.move(sidecar, RemoteFolders.text(to));
    }
    place.release();
  }

  /** Whether another picture has the same sidecar. */
  boolean isShared() throws IOException {
    for (String extension : Sidecar.PICTURES) {
      String other = SafePath.base(path) + extension;
      if (!other.equals(path) && folders.store().exists(other)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The job {@code plain} with what the sidecar says.
   *
   * @param near a folder of this machine
   * @throws InvalidRequestException when the sidecar is not as it should be
   * @throws UnreachableException when it cannot be read just now
   */
  Job read(Path near, Job plain) throws IOException {
    if (beside.size() > 1) {
      String hint = "keep one of them";
      throw new InvalidRequestException(
          "there are two sidecars, " + beside.get(0) + " and " + beside.get(1) + "; " + hint,
          CvError.before("sidecar", hint),
          null);
    }
    if (sidecar == null) {
      return plain;
    }
    String file = sidecar.substring(sidecar.lastIndexOf('/') + 1);
    // Of its own, so that the copy can have the name that messages are to say.
    Path folder = Files.createTempDirectory(near, ".sidecar-");
    Path copy = folder.resolve(file);
    try {
      Files.write(copy, bytes(sidecar));
      Job job = Sidecar.read(copy, plain);
      Sidecar.requireOwnKey(job, job.choices().jobKey() != null && isShared());
      return job;
    } finally {
      Files.deleteIfExists(copy);
      Files.delete(folder);
    }
  }

  private byte[] bytes(String sidecar) {
    Optional<byte[]> bytes;
    try {
      bytes = folders.store().read(sidecar, MapFile.MAX_BYTES);
    } catch (IOException e) {
      String hint = "check the server";
      throw new UnreachableException(
          "cannot read the sidecar " + sidecar + ": " + RemoteReason.of(e) + "; " + hint,
          CvError.before("sidecar", hint),
          e);
    }
    String hint = "shorten it, and put it there before its picture";
    return bytes.orElseThrow(
        () ->
            new InvalidRequestException(
                "the sidecar " + sidecar + " is larger than 64 KB, or gone; " + hint,
                CvError.before("sidecar", hint),
                null));
  }
}
