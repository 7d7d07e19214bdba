package io.volccv.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When the input was moved: its sidecar follows, and its name is no longer held. */
final class AfterMove extends SynchronizationAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(AfterMove.class);

  private final Place place;
  private final Inputs.@Nullable Taken taken;

  AfterMove(Place place, Inputs.@Nullable Taken taken) {
    this.place = place;
    this.taken = taken;
  }

  /** After Camel's own completion, which has no order and moves the input. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST;
  }

  @Override
  public void onDone(Exchange exchange) {
    Path from = taken == null ? null : taken.sidecar();
    Path to = place.sidecar();
    try {
      if (from != null && to != null && moved(taken.file())) {
        follow(from, to, Sidecar.isShared(taken.file()));
      }
    } catch (IOException e) {
      LOG.warn("Cannot move the sidecar {} after its picture to {}: {}", from, to, e.toString());
    } finally {
      place.release();
    }
  }

  /** False when Camel could not move the input; it has logged why. */
  private static boolean moved(Path input) {
    return !Files.exists(input, LinkOption.NOFOLLOW_LINKS);
  }

  private static void follow(Path from, Path to, boolean shared) throws IOException {
    if (shared) {
      Files.copy(from, to); // photo.png still needs what photo.jpg had
    } else if (Files.exists(from)) {
      Files.move(from, to);
    }
  }
}
