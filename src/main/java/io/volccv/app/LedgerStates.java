package io.volccv.app;

import io.volccv.ledger.JobReleases;
import io.volccv.ledger.JobReleases.Standing;
import io.volccv.ledger.LedgerUnusableException;
import io.volccv.service.JobStates;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the ledger knows of jobs, for the clients of the HTTP source; on a connection of its own.
 */
final class LedgerStates implements JobStates, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerStates.class);

  private final String url;
  private @Nullable JobReleases look;

  /**
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:...}
   */
  LedgerStates(String url) {
    this.url = url;
  }

  @Override
  public synchronized Optional<State> of(String jobKey) {
    try {
      if (look == null) {
        look = JobReleases.open(url);
      }
      return state(look.standing(jobKey));
    } catch (LedgerUnusableException e) {
      LOG.debug("The ledger does not say how a job stands", e);
      close();
      return Optional.empty();
    }
  }

  /** How it ended is told by the job's route: before that, its result is on its way. */
  private static Optional<State> state(Standing standing) {
    return switch (standing) {
      case NONE -> Optional.empty();
      case UNDER_WAY, ABANDONED, RESUMES, DONE, DELIVERED, FAILED -> Optional.of(State.RUNNING);
      case UNKNOWN, LOST -> Optional.of(State.UNKNOWN);
    };
  }

  @Override
  public synchronized void close() {
    if (look != null) {
      look.close();
      look = null;
    }
  }
}
