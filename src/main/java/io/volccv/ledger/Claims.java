package io.volccv.ledger;

import io.volccv.error.CvException;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a claim: first come first served, without a thread. A job whose fate is in its
 * row is answered at once; only those that would make a call wait for quota and budget. Everything
 * but {@link #add} and {@link #end} runs on the ledger's thread.
 */
final class Claims implements LedgerThread.Part {

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long CALM_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** So often at least the others learn how long we wait. */
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final int MOST_CRASHES = 3;

  /** A call that another process makes ends within this. */
  private static final long ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(150);

  /** Wishes that may cost the same are in the same case. */
  private record Cost(Optional<String> route, long cny, int images) {}

  /** What the ledger does with decisions that are on the disk. */
  interface Desk {
    /** The claim of an attempt that a waiting one has begun, or goes on with. */
    Ledger.Claim begun(byte[] key, long token, Wish wish, Progress progress);

    /** The claim of a job that is gone on with though nobody asked. */
    Ledger.Claim begun(JobRow row, long token, Progress progress);

    /** The kept result of a job that is done, its duplicate, or a failure. */
    void answer(JobRow done, List<String> sinks, CompletableFuture<Admission> admission);

    long newToken();

    long owner();
  }

  private final Quota quota;
  private final Desk desk;
  private final BooleanSupplier mayPay;
  private final CommonLine line;
  private final BooleanSupplier alone;
  private final Executor answers;
  private final Deque<Waiting> arrivals = new ArrayDeque<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private final Map<ByteBuffer, Running> running = new HashMap<>();
  private int size;
  private boolean closed;
  private long nextTry;
  private long turnNanos;
  private long turnMicros;
  private final Set<String> unpriced = new HashSet<>();
  private final Runnable wake;

  /**
   * @param mayPay whether calls may be made: not while something paid cannot be written
   * @param alone whether no other process is on the account
   * @param answers where those who wait are answered
   * @param wake makes the ledger's thread look here
   */
  Claims(
      Quota quota,
      Desk desk,
      BooleanSupplier mayPay,
      BooleanSupplier alone,
      Executor answers,
      Runnable wake) {
    this.quota = quota;
    this.answers = answers;
    this.desk = desk;
    this.mayPay = mayPay;
    this.line = new CommonLine(quota.account(), desk.owner());
    this.alone = alone;
    this.wake = wake;
  }

  CompletableFuture<Admission> add(byte[] key, Wish wish) {
    Waiting one = new Waiting(ByteBuffer.wrap(key), wish);
    synchronized (arrivals) {
      if (closed) {
        return CompletableFuture.failedFuture(Refusals.ended());
      }
      if (size >= quota.maxWaiting() + quota.concurrency()) {
        return CompletableFuture.failedFuture(Refusals.full(quota.maxWaiting()));
      }
      size++;
      arrivals.add(one);
    }
    wake.run();
    return one.admission;
  }

  /** Another way to work on a job has begun: a task that was adopted. */
  void begun(byte[] key, String fingerprint) {
    synchronized (running) {
      running.put(ByteBuffer.wrap(key), new Running(fingerprint));
    }
  }

  boolean isRunning(byte[] key) {
    synchronized (running) {
      return running.containsKey(ByteBuffer.wrap(key));
    }
  }

  /** The outcome is on the disk: whoever joined gets it too. From any thread. */
  void end(byte[] key, Settlement settlement) {
    Running ours = ended(ByteBuffer.wrap(key));
    if (ours != null) {
      ours.end(settlement);
    }
  }

  private @Nullable Running ended(ByteBuffer key) {
    synchronized (running) {
      return running.remove(key);
    }
  }

  @Override
  public boolean isDue(long nanos) {
    synchronized (arrivals) {
      return !arrivals.isEmpty() || (!waiting.isEmpty() && nanos - nextTry >= 0);
    }
  }

  @Override
  public long waitNanos(long nanos) {
    synchronized (arrivals) {
      return waiting.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextTry - nanos);
    }
  }

  /**
   * With others on the account every look would otherwise be a transaction, and each would stand in
   * the way of all.
   */
  @Override
  public boolean look(Sql sql) throws SQLException {
    long nanos = System.nanoTime();
    boolean news;
    synchronized (arrivals) {
      news = !arrivals.isEmpty();
    }
    if (news || alone.getAsBoolean() || nanos - turnNanos >= TELL_NANOS) {
      return true;
    }
    long now = turnMicros + TimeUnit.NANOSECONDS.toMicros(nanos - turnNanos);
    long first = oldest();
    boolean mine = first > 0 && line.isFirst(sql, first, now) && line.hasRoom(sql, now);
    if (!mine) {
      nextTry = nanos + POLL_NANOS;
    }
    return mine;
  }

  /** Since when the first one waits for a permit, by the ledger's clock; 0 when nobody does. */
  private long oldest() {
    return waiting.stream()
        .filter(Waiting::isInLine)
        .mapToLong(one -> one.since)
        .findFirst()
        .orElse(0);
  }

  @Override
  public List<byte[]> jobs() {
    takeArrivals();
    long nanos = System.nanoTime();
    return waiting.stream().filter(one -> one.wantsLook(nanos)).map(Waiting::jobKey).toList();
  }

  @Override
  public void run(Turn turn) throws SQLException {
    long nanos = System.nanoTime();
    turnNanos = nanos;
    turnMicros = turn.now();
    for (Waiting one : waiting) {
      if (one.wantsLook(nanos)) {
        look(turn, one, nanos);
      }
    }
    grant(turn);
    line.tell(turn, oldest());
    plan(turn, nanos);
  }

  private void takeArrivals() {
    List<Waiting> joining = new ArrayList<>();
    synchronized (arrivals) {
      for (Waiting one; (one = arrivals.poll()) != null; ) {
        if (!join(one)) {
          waiting.add(one);
          begun(one.key.array(), one.wish.fingerprint());
        } else {
          joining.add(one);
        }
      }
      size -= joining.size();
    }
  }

  private boolean join(Waiting one) {
    synchronized (running) {
      Running other = running.get(one.key);
      if (other == null) {
        return false;
      }
      if (other.fingerprint().equals(one.wish.fingerprint())) {
        other.join(one.admission);
      } else {
        fail(one, Refusals.otherRequest(JdbcLedger.label(one.wish)));
      }
      return true;
    }
  }

  /** What the row says of a job; without a row, or when it may be tried again, it waits. */
  private void look(Turn turn, Waiting one, long nanos) throws SQLException {
    JobRow row = turn.find(one.key.array());
    one.since = one.since == 0 ? turn.now() : one.since;
    String label = JdbcLedger.label(one.wish);
    if (row == null) {
      one.wantsPermit = true;
    } else if (!row.fingerprint().equals(one.wish.fingerprint())) {
      refuse(one, Refusals.otherRequest(label));
    } else {
      switch (row.state()) {
        case FAILED -> {
          if (!row.again()) {
            refuse(one, Notes.failure(note(row)));
          } else if (row.crashes() >= MOST_CRASHES) {
            refuse(one, Refusals.poison(label, row.crashes()));
          } else {
            one.wantsPermit = true;
          }
        }
        case UNKNOWN, LOST -> refuse(one, Notes.failure(note(row)));
        case DONE, DELIVERED -> {
          List<String> sinks = turn.jobs().sinks(row.key());
          one.decision = () -> answer(one, row, sinks);
        }
        case CLAIMED, SENT, TASK, ANSWERED -> other(turn, one, row, nanos);
      }
    }
  }

  private static String note(JobRow row) {
    return row.detail() == null ? "{}" : row.detail();
  }

  /** Somebody began it. */
  private void other(Turn turn, Waiting one, JobRow row, long nanos) throws SQLException {
    long token = desk.newToken();
    if (row.owner() == null && turn.jobs().adopt(row, token, desk.owner())) {
      Progress progress = progress(row);
      one.decision = () -> give(one, token, progress);
    } else if (nanos - one.arrived > ELSEWHERE_NANOS) {
      refuse(one, Refusals.elsewhere(JdbcLedger.label(one.wish)));
    } else {
      one.lookAt = nanos + CALM_NANOS;
    }
  }

  static Progress progress(JobRow row) {
    return switch (row.state()) {
      case TASK -> new Progress.Task(Notes.task(note(row)));
      case ANSWERED -> Notes.answer(note(row));
      default -> new Progress.None();
    };
  }

  private void grant(Turn turn) throws SQLException {
    List<Waiting> inNeed =
        waiting.stream().filter(one -> one.decision == null && one.wantsPermit).toList();
    if (inNeed.isEmpty()
        || isClosed()
        || !mayPay.getAsBoolean()
        || !turn.account().mayBegin(turn.now())) {
      return;
    }
    Set<Cost> tooDear = new HashSet<>();
    long nanos = System.nanoTime();
    // The account is locked: what others tell does not change meanwhile. Who has just come is seen
    // with the next beat.
    long oldestElsewhere =
        alone.getAsBoolean() ? Long.MAX_VALUE : line.oldestElsewhere(turn.sql(), turn.now());
    for (Waiting one : inNeed) {
      long cny = turn.spending().worstCase(one.wish);
      Cost cost = new Cost(one.wish.route(), cny, one.wish.maxImages());
      if (tooDear.contains(cost) && one.maySpare(nanos)) {
        continue;
      }
      if (!turn.account().mayBegin(turn.now()) || one.since > oldestElsewhere) {
        return;
      }
      byte[] key = one.key.array();
      JobRow row = turn.find(key);
      if (row != null && !(row.state() == JobState.FAILED && row.again())) {
        one.wantsPermit = false;
        one.lookAt = nanos;
        continue;
      }
      String day = turn.spending().day(turn.now());
      Optional<Spending.Refusal> refusal = turn.spending().refusal(one.wish, day);
      // What others have reserved at their worst case they may give back: so that all of a budget
      // is used, it is waited for, and those who cost less go on meanwhile.
      if (refusal.isPresent() && refusal.get().passing() && one.maySpare(nanos)) {
        tooDear.add(cost);
        continue;
      }
      if (refusal.isPresent()) {
        refuse(one, refusal.get().reason());
        continue;
      }
      warnUnpriced(turn, one.wish);
      begin(turn, one, row, cny, day);
    }
  }

  private void begin(Turn turn, Waiting one, @Nullable JobRow row, long cny, String day)
      throws SQLException {
    Wish wish = one.wish;
    long token = desk.newToken();
    String label = JdbcLedger.label(wish);
    turn.jobs().claim(one.key.array(), label, wish, row, token, desk.owner(), cny, day);
    turn.spending()
        .move(
            turn.accountName(),
            day,
            wish.route().orElse(null),
            Spending.Move.hold(cny, wish.maxImages()));
    turn.account().begin(turn.now());
    one.shortSince = 0;
    one.decision = () -> give(one, token, new Progress.None());
  }

  /** An operator who limits pictures believes to know what they cost. */
  private void warnUnpriced(Turn turn, Wish wish) {
    if (turn.spending().isLimited()
        && !turn.spending().isPriced(wish)
        && unpriced.add(wish.reqKey())) {
      LedgerThread.LOG.warn(
          "The price of {} is not known: its pictures count in the budget, its cost does not; set"
              + " budget.pricePerCall, or a price in the model data",
          wish.reqKey());
    }
  }

  /** When to try again: at the time that the rate names, else when others may have ended. */
  private void plan(Turn turn, long nanos) {
    Account account = turn.account();
    long wait = alone.getAsBoolean() ? CALM_NANOS : POLL_NANOS;
    boolean anyInLine = waiting.stream().anyMatch(Waiting::isInLine);
    if (!anyInLine) {
      wait = TELL_NANOS;
    } else if (account.inUse() < account.concurrency()) {
      long micros = account.next() - turn.now();
      wait = Math.min(wait, TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros)));
      if (!mayPay.getAsBoolean()) {
        wait = CALM_NANOS;
      }
    }
    nextTry = nanos + wait;
  }

  private void refuse(Waiting one, CvException reason) {
    one.decision =
        () -> {
          Running ours = ended(one.key);
          fail(one, reason);
          if (ours != null) {
            answers.execute(() -> ours.fail(reason));
          }
        };
  }

  private void fail(Waiting one, CvException reason) {
    answers.execute(() -> one.admission.completeExceptionally(reason));
  }

  private void answer(Waiting one, JobRow row, List<String> sinks) {
    Running ours = ended(one.key);
    desk.answer(row, sinks, one.admission);
    if (ours != null) {
      ours.each(other -> desk.answer(row, sinks, other));
    }
  }

  private void give(Waiting one, long token, Progress progress) {
    Ledger.Claim claim = desk.begun(one.key.array(), token, one.wish, progress);
    answers.execute(() -> one.admission.complete(claim));
  }

  @Override
  public void committed() {
    int decided = 0;
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting one = all.next();
      if (one.decision != null) {
        all.remove();
        decided++;
        one.decision.run();
      }
    }
    synchronized (arrivals) {
      size -= decided;
    }
  }

  @Override
  public void rolledBack() {
    for (Waiting one : waiting) {
      one.decision = null;
      one.wantsPermit = false;
      one.shortSince = 0;
      one.lookAt = System.nanoTime();
    }
    nextTry = System.nanoTime();
  }

  /** Nobody new may wait, and nobody who waits gets a claim any more. From any thread. */
  void close() {
    synchronized (arrivals) {
      closed = true;
    }
    wake.run();
  }

  private boolean isClosed() {
    synchronized (arrivals) {
      return closed;
    }
  }

  @Override
  public void ended() {
    synchronized (arrivals) {
      waiting.addAll(arrivals);
      arrivals.clear();
    }
    waiting.forEach(one -> refuse(one, Refusals.ended()));
    committed();
  }
}
