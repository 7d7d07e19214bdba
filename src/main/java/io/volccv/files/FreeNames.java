package io.volccv.files;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds names that overwrite nothing, and holds them until the files are there: two jobs that end
 * at the same moment must not choose the same name.
 */
final class FreeNames {

  /** So many names are tried one by one before larger steps are taken. */
  private static final int ONE_BY_ONE = 64;

  private final Set<Path> held = ConcurrentHashMap.newKeySet();
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
    int n = 1;
    while (true) {
      List<Path> paths = names.apply(n == 1 ? "" : "-r" + n);
      if (hold(paths)) {
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

  private boolean hold(List<Path> paths) {
    for (int i = 0; i < paths.size(); i++) {
      if (!held.add(paths.get(i))) {
        paths.subList(0, i).forEach(held::remove);
        return false;
      }
    }
    return true;
  }

  private boolean free(List<Path> paths) {
    return paths.stream().noneMatch(exists);
  }
}
