package io.volccv.files;

import org.jspecify.annotations.Nullable;

/**
 * The sidecars where an input lies and where it goes back to. It must not meet one that is not its
 * own: with another prompt it would be another job, and paid again.
 *
 * @param own the name of its own, null without one
 * @param shared whether another picture that was put away has the same
 * @param there the name of the one in the inbox that would become its own, null without one
 * @param sharedThere whether a picture in the inbox would have its own, too
 * @param same whether both are there and say the same
 */
record ParkedSidecar(
    @Nullable String own,
    boolean shared,
    @Nullable String there,
    boolean sharedThere,
    boolean same) {

  /** Why the input cannot go back, null when it can. */
  @Nullable String obstacle(String stage) {
    if (own != null && shared) {
      return "another picture has the same sidecar, " + own + "; move it away";
    }
    if (own != null && sharedThere) {
      return "its sidecar would also be that of another picture in the inbox; replay it later";
    }
    // A sidecar that was itself the mistake was left in the inbox, and may be mended by now.
    boolean fits = there == null || (own == null ? stage.equals("sidecar") : same);
    return fits ? null : "the inbox has " + there + ", which would become its sidecar";
  }
}
