package io.volccv.files;

import io.volccv.model.CvResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sinks did for one job. Mutable and shared, since every sink works on its own copy of the
 * exchange, whose properties are lost with it.
 */
final class Delivery {

  private final List<Path> files = new ArrayList<>();
  private @Nullable CvResult result;

  synchronized void add(CvResult delivered, List<Path> written) {
    result = delivered;
    files.addAll(written);
  }

  synchronized @Nullable CvResult result() {
    return result;
  }

  synchronized List<Path> files() {
    return List.copyOf(files);
  }
}
