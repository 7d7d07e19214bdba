package io.volccv.client;

import static java.util.Objects.requireNonNull;

import io.volccv.model.CvResult;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What came of a wish that did not fail.
 *
 * @param result the pictures; empty when they were delivered before and are not kept any more
 * @param delivered the sinks that have them already, from before a crash
 * @param duplicateOf when the job was delivered before; empty when it was not
 */
public record CvOutcome(
    Optional<CvResult> result, Set<String> delivered, Optional<Instant> duplicateOf) {

  public CvOutcome {
    requireNonNull(result, "result is null");
    delivered = Set.copyOf(delivered);
    requireNonNull(duplicateOf, "duplicateOf is null");
  }

  static CvOutcome of(CvResult result) {
    return new CvOutcome(Optional.of(result), Set.of(), Optional.empty());
  }
}
