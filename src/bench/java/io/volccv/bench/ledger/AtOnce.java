package io.volccv.bench.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Several things at the same time, which take as long as the slowest. */
final class AtOnce {

  private AtOnce() {}

  /**
   * Each on a thread of its own.
   *
   * @return what came out, in the order of {@code all}
   * @throws java.util.concurrent.ExecutionException when one has failed; the others have ended, too
   */
  static <T> List<T> run(List<Callable<T>> all) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(all.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> ended : threads.invokeAll(all)) {
        results.add(ended.get());
      }
      return results;
    } finally {
      threads.shutdown();
    }
  }
}
