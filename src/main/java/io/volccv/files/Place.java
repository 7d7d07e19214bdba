package io.volccv.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an input goes, with all that lies beside it. The names are held until {@link #release()}.
 *
 * @param sidecar null when the input has none
 */
record Place(Path input, Path error, @Nullable Path sidecar, FreeNames.Claim claim) {

  private static final int REPEAT_ROOM = 16; // for -r100000 and the like

  /** Claims free names for the input {@code name} below {@code folder}. */
  static Place claim(FreeNames names, Path folder, String name, @Nullable Path sidecar) {
    FreeNames.Claim claim =
        names.claim(
            suffix -> {
              String repeated = repeated(name, suffix);
              List<Path> paths = new ArrayList<>();
              paths.add(folder.resolve(repeated));
              if (sidecar != null) {
                paths.add(
                    folder.resolve(SafePath.with(SafePath.base(repeated), extension(sidecar))));
              }
              return paths;
            },
            paths -> false);
    Path input = claim.paths().get(0);
    Path error = folder.resolve(SafePath.with(folder.relativize(input).toString(), ".error.json"));
    return new Place(input, error, sidecar == null ? null : claim.paths().get(1), claim);
  }

  /** {@code cats/tom.png} with {@code -r2} is {@code cats/tom-r2.png}. */
  private static String repeated(String name, String suffix) {
    if (suffix.isEmpty()) {
      return name;
    }
    String base = SafePath.base(name);
    String extension = name.substring(base.length());
    if (extension.length() > REPEAT_ROOM) {
      return SafePath.with(name, suffix);
    }
    return SafePath.with(base, suffix + extension);
  }

  private static String extension(Path sidecar) {
    String name = String.valueOf(sidecar.getFileName());
    return name.substring(name.lastIndexOf('.'));
  }

  void release() {
    claim.release();
  }
}
