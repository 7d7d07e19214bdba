package io.volccv.service;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clients that wait for the end of a job; none of them holds a thread. */
final class Waiting {
  private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
  private static final int MOST = 1000;

  private final Map<String, Set<CompletableFuture<Void>>> waiting = new ConcurrentHashMap<>();
  private final JobStore store;

  Waiting(JobStore store) {
    this.store = store;
  }

  /** Done when the job has ended, or the time is over; at once when too many wait already. */
  CompletableFuture<Void> until(String id, Duration time) throws IOException {
    CompletableFuture<Void> end = new CompletableFuture<>();
    if (time.isZero() || waiting.size() >= MOST) {
      end.complete(null);
      return end;
    }
    waiting.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet()).add(end);
    end.whenComplete((nothing, failure) -> forget(id, end));
    if (store.end(id) != null) {
      end.complete(null); // between the look before and this one
    }
    return end.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void forget(String id, CompletableFuture<Void> end) {
    waiting.computeIfPresent(
        id,
        (key, all) -> {
          all.remove(end);
          return all.isEmpty() ? null : all;
        });
  }

  /** The job has ended, as this process knows. */
  void ended(String id) {
    Set<CompletableFuture<Void>> all = waiting.get(id);
    if (all != null) {
      all.forEach(one -> one.complete(null));
    }
  }

  /** Looks for jobs that another process has ended. */
  void look() {
    for (String id : waiting.keySet()) {
      try {
        if (store.end(id) != null) {
          ended(id);
        }
      } catch (IOException e) {
        LOG.debug("Cannot look for the end of a job", e);
      }
    }
  }

  /** Nobody waits any longer: the door closes. */
  void stop() {
    waiting.keySet().forEach(this::ended);
  }
}
