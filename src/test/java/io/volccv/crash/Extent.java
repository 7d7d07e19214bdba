package io.volccv.crash;

import java.util.List;
import java.util.stream.Stream;

/** How much is done: a little in the usual build, all of it with {@code -Pcrash}. */
final class Extent {

  private Extent() {}

  static boolean isFull() {
    return Boolean.getBoolean("volccv.crash");
  }

  static <T> Stream<T> of(List<T> always, List<T> alsoWhenFull) {
    return isFull() ? Stream.concat(always.stream(), alsoWhenFull.stream()) : always.stream();
  }
}
