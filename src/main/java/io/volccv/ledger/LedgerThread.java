package io.volccv.ledger;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that talks to the database. Whatever is asked meanwhile is done together, in one
 * transaction, and answered when that is on the disk.
 *
 * <p>When the database fails for a while, everything waits and is done again: each piece of work
 * names a token that its client made, so that repeating it does no harm.
 */
final class LedgerThread implements AutoCloseable {

  static final Logger LOG = LoggerFactory.getLogger("io.volccv.ledger");

  private static final int MOST_AT_ONCE = 256;
  private static final long LAZY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long FIRST_PAUSE_MILLIS = 20;
  private static final long LAST_PAUSE_MILLIS = 1_000;
  private static final long END_MILLIS = 10_000;

  /** Something to do in a transaction; may be repeated when the transaction fails. */
  interface Work<T extends @Nullable Object> {
    T run(Turn turn) throws SQLException;
  }

  /** What takes part in transactions of its own accord. */
  interface Part {

    /**
     * Whether a transaction is worth while now.
     *
     * @param nanos as of {@link System#nanoTime()}
     */
    boolean isDue(long nanos);

    /** How long until it may be worth while, in nanoseconds. */
    long waitNanos(long nanos);

    /** Whether a transaction can succeed, as far as can be read without a lock. */
    default boolean look(Sql sql) throws SQLException {
      return true;
    }

    /** The jobs that it will look at in the transaction, which has begun. */
    default List<byte[]> jobs() {
      return List.of();
    }

    /** May be repeated when the transaction fails. */
    void run(Turn turn) throws SQLException;

    /** What was run is on the disk. */
    void committed();

    /** What was run never happened. */
    void rolledBack();

    /** There are no more transactions. */
    default void ended() {}
  }

  /** A piece of work, and who waits for it. */
  private static final class Entry<T extends @Nullable Object> {
    private final Work<T> work;

    /** The job that it reads, or nothing. */
    private final byte @Nullable [] key;

    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final long giveUpAt;
    private @Nullable T value;

    Entry(Work<T> work, byte @Nullable [] key, long giveUpAt) {
      this.work = work;
      this.key = key;
      this.giveUpAt = giveUpAt;
    }

    void run(Turn turn) throws SQLException {
      value = work.run(turn);
    }

    void commit(Executor answers) {
      T done = value;
      answers.execute(() -> answer.complete(done));
    }

    void fail(Throwable failure, Executor answers) {
      answers.execute(() -> answer.completeExceptionally(failure));
    }

    boolean isOver(long nanos) {
      return giveUpAt != Long.MAX_VALUE && nanos - giveUpAt >= 0;
    }
  }

  private final Database database;
  private final Account account;
  private final Quota quota;
  private final Budget budget;
  private final Executor answers;
  private final List<Part> parts = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition asked = lock.newCondition();
  private final Deque<Entry<?>> queue = new ArrayDeque<>();
  private final Deque<Entry<?>> lazy = new ArrayDeque<>();
  private long lazySince;
  private boolean woken;
  private boolean closing;
  private boolean ended;

  /** Of the work that runs at this moment. */
  private @Nullable Entry<?> running;

  private boolean troubled;
  private final Thread thread = new Thread(this::loop, "volccv-ledger");

  LedgerThread(Database database, Quota quota, Budget budget, Executor answers) {
    this.database = database;
    this.account = new Account(quota);
    this.quota = quota;
    this.budget = budget;
    this.answers = answers;
  }

  Account account() {
    return account;
  }

  /** Before {@link #start(Work)}. */
  void add(Part part) {
    parts.add(part);
  }

  /** Runs {@code first} on the caller's thread, so that what is wrong shows itself, then starts. */
  void start(Work<?> first) throws SQLException {
    Turn turn = Turn.begin(database, account, quota, budget);
    first.run(turn);
    turn.store();
    database.commit();
    parts.forEach(Part::committed);
    thread.setDaemon(true);
    thread.start();
  }

  /** As soon as possible, and again until it is done. */
  <T extends @Nullable Object> CompletableFuture<T> ask(Work<T> work) {
    return enqueue(new Entry<>(work, null, Long.MAX_VALUE), queue);
  }

  /** As soon as possible, and again until it is done; {@code work} reads the job {@code key}. */
  <T extends @Nullable Object> CompletableFuture<T> ask(byte[] key, Work<T> work) {
    return enqueue(new Entry<>(work, key, Long.MAX_VALUE), queue);
  }

  /** As soon as possible; fails when the database does not answer for so long. */
  <T extends @Nullable Object> CompletableFuture<T> ask(Work<T> work, long millis) {
    long giveUpAt = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return enqueue(new Entry<>(work, null, giveUpAt), queue);
  }

  /** In company of other work, or after a moment; {@code work} reads the job {@code key}. */
  <T extends @Nullable Object> CompletableFuture<T> askLazily(byte[] key, Work<T> work) {
    return enqueue(new Entry<>(work, key, Long.MAX_VALUE), lazy);
  }

  private <T extends @Nullable Object> CompletableFuture<T> enqueue(
      Entry<T> entry, Deque<Entry<?>> to) {
    lock.lock();
    try {
      if (ended || (closing && !thread.isAlive())) {
        entry.answer.completeExceptionally(ended());
        return entry.answer;
      }
      if (to == lazy && lazy.isEmpty()) {
        lazySince = System.nanoTime();
      }
      to.add(entry);
      asked.signal();
      return entry.answer;
    } finally {
      lock.unlock();
    }
  }

  /** Makes the parts be looked at. */
  void wake() {
    lock.lock();
    try {
      woken = true;
      asked.signal();
    } finally {
      lock.unlock();
    }
  }

  private void loop() {
    long pause = 0;
    List<Entry<?>> batch = List.of();
    while (true) {
      if (batch.isEmpty()) {
        batch = next();
        if (batch.isEmpty() && isOver()) {
          break;
        }
      }
      try {
        if (!batch.isEmpty() || isWorthwhile()) {
          transaction(batch);
        }
        batch = List.of();
        pause = 0;
        troubled = false;
      } catch (SQLException | RuntimeException | Error e) {
        // An error too: nobody else would ever answer those who wait.
        batch = afterTrouble(batch, e, pause);
        pause = Math.min(LAST_PAUSE_MILLIS, Math.max(FIRST_PAUSE_MILLIS, pause * 2));
      }
    }
    parts.forEach(Part::ended);
    database.close();
  }

  /** Whether it is to end and nothing is left to do; from then on nothing is taken any more. */
  private boolean isOver() {
    lock.lock();
    try {
      ended = closing && queue.isEmpty() && lazy.isEmpty();
      return ended;
    } finally {
      lock.unlock();
    }
  }

  private boolean isWorthwhile() throws SQLException {
    long nanos = System.nanoTime();
    for (Part part : parts) {
      if (part.isDue(nanos) && part.look(database.sql())) {
        return true;
      }
    }
    database.endRead();
    return false;
  }

  private boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is something to do. An empty batch is for the parts alone. */
  private List<Entry<?>> next() {
    lock.lock();
    try {
      while (true) {
        long nanos = System.nanoTime();
        boolean lazyIsDue = !lazy.isEmpty() && (closing || nanos - lazySince >= LAZY_NANOS);
        if (!queue.isEmpty() || lazyIsDue) {
          List<Entry<?>> batch = new ArrayList<>();
          drain(queue, batch);
          drain(lazy, batch);
          woken = false;
          return batch;
        }
        boolean due = parts.stream().anyMatch(part -> part.isDue(nanos));
        if (due || closing) {
          woken = false;
          return List.of();
        }
        long wait = lazy.isEmpty() ? Long.MAX_VALUE : lazySince + LAZY_NANOS - nanos;
        for (Part part : parts) {
          wait = Math.min(wait, part.waitNanos(nanos));
        }
        if (!woken && wait > 0) {
          asked.awaitNanos(wait);
        }
        woken = false;
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread but who wants it to end.
      closing = true;
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private static void drain(Deque<Entry<?>> from, List<Entry<?>> to) {
    while (!from.isEmpty() && to.size() < MOST_AT_ONCE) {
      to.add(from.remove());
    }
  }

  private void transaction(List<Entry<?>> batch) throws SQLException {
    Turn turn = Turn.begin(database, account, quota, budget);
    foresee(turn, batch);
    for (Entry<?> entry : batch) {
      running = entry;
      entry.run(turn);
    }
    running = null;
    for (Part part : parts) {
      part.run(turn);
    }
    turn.store();
    database.commit();
    batch.forEach(entry -> entry.commit(answers));
    parts.forEach(Part::committed);
  }

  private void foresee(Turn turn, List<Entry<?>> batch) throws SQLException {
    List<byte[]> keys = new ArrayList<>();
    batch.stream().map(entry -> entry.key).filter(Objects::nonNull).forEach(keys::add);
    parts.forEach(part -> keys.addAll(part.jobs()));
    turn.jobs().foresee(keys);
  }

  /** What of the batch is to be tried again: all but what can never succeed. */
  private List<Entry<?>> afterTrouble(List<Entry<?>> batch, Throwable failure, long pause) {
    Entry<?> culprit = running;
    running = null;
    database.rollback();
    parts.forEach(Part::rolledBack);
    boolean passing = failure instanceof SQLException sql && database.isPassing(sql);
    if (culprit != null && !passing) {
      LOG.error("The ledger {} refused a piece of work", database.name(), failure);
      culprit.fail(failure, answers);
      return batch.stream().filter(entry -> entry != culprit).toList();
    }
    if (!troubled && passing) {
      LOG.warn("The ledger {} does not work for now: {}", database.name(), failure.getMessage());
    } else if (!troubled) {
      LOG.error("The ledger {} does not work", database.name(), failure);
    }
    troubled = true;
    await(pause);
    List<Entry<?>> again = new ArrayList<>();
    long nanos = System.nanoTime();
    for (Entry<?> entry : withTheRest(batch)) {
      if (entry.isOver(nanos) || (isClosing() && pause >= LAST_PAUSE_MILLIS)) {
        entry.fail(failure, answers);
      } else {
        again.add(entry);
      }
    }
    return again;
  }

  private List<Entry<?>> withTheRest(List<Entry<?>> batch) {
    lock.lock();
    try {
      List<Entry<?>> all = new ArrayList<>(batch);
      all.addAll(queue);
      queue.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private void await(long millis) {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(millis);
      while (left > 0 && !closing) {
        left = asked.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private static IllegalStateException ended() {
    return new IllegalStateException("the ledger is closed");
  }

  /** Ends when all that was asked is done. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      asked.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join(END_MILLIS);
      if (thread.isAlive()) {
        LOG.error("The ledger {} could not write all that was asked", database.name());
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
