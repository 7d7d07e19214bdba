package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.JobInProgressException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds names that overwrite nothing, and holds them until the files are there: two jobs that end
 * at the same moment must not choose the same name.
 */
final class FreeNames {

  /** So many names are tried one by one before larger steps are taken. */
  private static final int ONE_BY_ONE = 64;

  /** And for which job; {@code ""} when it has no key. */
  private final Map<Path, String> held = new ConcurrentHashMap<>();

  private final Predicate<Path> exists;

  FreeNames() {
    this(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * @param exists whether there is such a file, when it is not one of this machine
   */
  FreeNames(Predicate<Path> exists) {
    this.exists = exists;
  }

  /** Names that are ours alone until {@link #release()}; the release is harmless when repeated. */
  final class Claim {

    private final List<Path> paths;

    private Claim(List<Path> paths) {
      this.paths = paths;
    }

    /** The names, in the order in which they were asked for. */
    List<Path> paths() {
      return paths;
    }

    void release() {
      paths.forEach(held::remove);
    }
  }

  /**
   * Claims the first free names: those for {@code ""}, {@code "-r2"}, {@code "-r3"} ...
   *
   * @param names all files that one job needs, for a suffix; free means that none exists
   * @param own whether existing files may be overwritten, since this very job wrote them before
   */
  Claim claim(Function<String, List<Path>> names, Predicate<List<Path>> own) {
    return claim(names, own, null);
  }

  /**
   * The same for a job that may be asked for by several at once.
   *
   * @param jobKey null when nothing is to be written
   * @throws JobInProgressException when the names are held for the same job: it is delivered just
   *     now, and need not be once more
   */
  Claim claim(
      Function<String, List<Path>> names, Predicate<List<Path>> own, @Nullable String jobKey) {
    String job = jobKey == null ? "" : jobKey;
    int n = 1;
    while (true) {
      List<Path> paths = names.apply(n == 1 ? "" : "-r" + n);
      if (hold(paths, job)) {
        boolean ours = false;
        try {
          ours = free(paths) || own.test(paths);
        } finally {
          if (!ours) {
            paths.forEach(held::remove);
          }
        }
        if (ours) {
          return new Claim(paths);
        }
      }
      n = n == ONE_BY_ONE ? jump(names) : n + 1;
    }
  }

  /**
   * Some free number after many that are taken, in few steps: a camera that always writes {@code
   * snapshot.jpg} comes to {@code -r100000}.
   */
  private int jump(Function<String, List<Path>> names) {
    int taken = ONE_BY_ONE;
    int free = 2 * ONE_BY_ONE;
    while (!free(names.apply("-r" + free))) {
      taken = free;
      free = Math.multiplyExact(free, 2);
    }
    while (free - taken > 1) {
      int middle = taken + (free - taken) / 2;
      if (free(names.apply("-r" + middle))) {
        free = middle;
      } else {
        taken = middle;
      }
    }
    return free;
  }

  private boolean hold(List<Path> paths, String job) {
    for (int i = 0; i < paths.size(); i++) {
      String other = held.putIfAbsent(paths.get(i), job);
      if (other != null) {
        paths.subList(0, i).forEach(held::remove);
        if (!job.isEmpty() && other.equals(job)) {
          throw underWay(job);
        }
        return false;
      }
    }
    return true;
  }

  private static JobInProgressException underWay(String job) {
    return new JobInProgressException(
        "the pictures of the job " + job + " are being delivered for somebody else who asked",
        new CvError(null, 0, null, "sink", true, Billed.NO, null, "ask again later"),
        null);
  }

  private boolean free(List<Path> paths) {
    return paths.stream().noneMatch(exists);
  }
}
