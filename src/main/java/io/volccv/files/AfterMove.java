package io.volccv.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
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
  private final Map<Path, Integer> followers;

  /**
   * Made before the input is moved.
   *
   * @param followers how many inputs of a source are moved with the same sidecar: of two at the
   *     same moment each would find that it is the last one
   */
  AfterMove(Place place, Inputs.@Nullable Taken taken, Map<Path, Integer> followers) {
    this.place = place;
    this.taken = taken;
    this.followers = followers;
    Path sidecar = sidecar();
    if (sidecar != null) {
      synchronized (followers) {
        followers.merge(sidecar, 1, Integer::sum);
      }
    }
  }

  private @Nullable Path sidecar() {
    return taken == null ? null : taken.sidecar();
  }

  /** After Camel's own completion, which has no order and moves the input. */
  @Override
  public int getOrder() {
    return Ordered.LOWEST;
  }

  @Override
  public void onDone(Exchange exchange) {
    Path from = sidecar();
    Path to = place.sidecar();
    try {
      if (from != null) {
        follow(from, to);
      }
    } catch (IOException e) {
      LOG.warn("Cannot move the sidecar {} after its picture to {}: {}", from, to, e.toString());
    } finally {
      place.release();
    }
  }

  private void follow(Path from, @Nullable Path to) throws IOException {
    synchronized (followers) {
      boolean others = followers.merge(from, -1, AfterMove::sumOrNone) != null;
      if (to == null || taken == null || !moved(taken.file())) {
        return;
      }
      if (others || Sidecar.isShared(taken.file())) {
        Files.copy(from, to); // photo.png still needs what photo.jpg had
      } else if (Files.exists(from)) {
        Files.move(from, to);
      }
    }
  }

  private static @Nullable Integer sumOrNone(int one, int other) {
    return one + other == 0 ? null : one + other;
  }

  /** False when Camel could not move the input; it has logged why. */
  private static boolean moved(Path input) {
    return !Files.exists(input, LinkOption.NOFOLLOW_LINKS);
  }
}
