package io.volccv.files;

import io.volccv.model.CvResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the sinks did for one job. Mutable and shared, since every sink works on its own copy of the
 * exchange, whose properties are lost with it.
 */
final class Delivery {

  private final List<Set<Path>> places = new ArrayList<>();
  private @Nullable CvResult result;

  /**
   * @param written where each picture of the result is; empty when a sink has no places
   */
  synchronized void add(CvResult delivered, List<Path> written) {
    result = delivered;
    for (int i = 0; i < written.size(); i++) {
      if (i == places.size()) {
        places.add(new LinkedHashSet<>());
      }
      places.get(i).add(written.get(i));
    }
  }

  synchronized @Nullable CvResult result() {
    return result;
  }

  /** Where the picture of this number is, from 0 on: one place for each sink that has any. */
  synchronized List<Path> places(int picture) {
    return picture < places.size() ? List.copyOf(places.get(picture)) : List.of();
  }

  synchronized List<Path> files() {
    return places.stream().flatMap(Set::stream).toList();
  }
}
