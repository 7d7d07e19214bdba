package io.volccv.sandbox;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The faults that are set, and how often each of them happened. */
final class FaultBook {
  private List<Fault> faults = List.of();
  private int[] happened = new int[0];

  synchronized void set(List<Fault> newFaults) {
    faults = List.copyOf(newFaults);
    happened = new int[faults.size()];
  }

  synchronized List<Fault> faults() {
    return faults;
  }

  /** The fault that is certain as soon as the headers are there: it asks for no prompt. */
  Optional<Fault> cutOnArrival(int call, @Nullable String action) {
    return first(
        f -> f.matchesArrival(call, action),
        f -> f.kind() == Fault.Kind.CUT_BEFORE && f.prompt() == null);
  }

  /** The cut that is certain once this prompt was read. */
  Optional<Fault> cutOnPrompt(int call, @Nullable String action, String prompt) {
    return first(
        f -> f.matchesArrival(call, action) && f.matchesPrompt(prompt),
        f -> f.kind() == Fault.Kind.CUT_BEFORE);
  }

  /** Whether a cut may depend on a prompt; only then is a body looked at before its end. */
  synchronized boolean cutsByPrompt() {
    return faults.stream().anyMatch(f -> f.kind() == Fault.Kind.CUT_BEFORE)
        && faults.stream().anyMatch(f -> f.prompt() != null);
  }

  /** The fault of a call that arrived as a whole. */
  Optional<Fault> onCall(int call, @Nullable String action, @Nullable String prompt) {
    return first(f -> f.matchesArrival(call, action) && f.matchesPrompt(prompt), f -> true);
  }

  /** The fault of a query for a task with this prompt, which only a fault that names it means. */
  Optional<Fault> onQuery(int call, @Nullable String action, @Nullable String prompt) {
    return first(
        f ->
            f.matchesArrival(call, action)
                && (f.prompt() == null || (f.action() != null && f.matchesPrompt(prompt))),
        f -> true);
  }

  /** Of those that match only the first one counts, and it only happens if it is wanted. */
  private synchronized Optional<Fault> first(Predicate<Fault> matches, Predicate<Fault> wanted) {
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      boolean left = fault.times() == 0 || happened[i] < fault.times();
      if (left && matches.test(fault)) {
        if (!wanted.test(fault)) {
          return Optional.empty();
        }
        happened[i]++;
        return Optional.of(fault);
      }
    }
    return Optional.empty();
  }
}
