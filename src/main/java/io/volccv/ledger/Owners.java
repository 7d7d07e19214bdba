package io.volccv.ledger;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The processes on this account: says that this one lives, and finds those that died. No wall clock
 * is compared: a process is dead when its lock can be had, or when this process has watched its
 * beat stand still for a lease of its own monotonic time.
 */
final class Owners implements LedgerThread.Part {

  /**
   * How fast death shows.
   *
   * @param beat how often a process says that it lives
   * @param lease how long its beat may stand still
   */
  record Pace(Duration beat, Duration lease) {
    static final Pace USUAL = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(30));
  }

  /** Who believes to be alone on the account looks that often whether somebody has come. */
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private record Owner(long id, String instance, long beat, long step, long concurrency) {

    /** It has rows, and no name among the living. */
    static Owner unnamed(long id) {
      return new Owner(id, "", 0, 0, 0);
    }

    boolean isUnnamed() {
      return instance.isEmpty();
    }
  }

  private record Seen(long beat, long since) {}

  private final long id;
  private final String instance;
  private final Pace pace;
  private final Quota quota;
  private final Reaper reaper;
  private final Recovery recovery;
  private final Map<Long, Seen> seen = new HashMap<>();
  private final Map<Long, Seen> looked = new HashMap<>();
  private long nextBeat = System.nanoTime();
  private long nextLook = nextBeat;
  private boolean beating;
  private final AtomicInteger others;
  private boolean warned;

  /**
   * @param others is told how many other processes live
   */
  Owners(
      long id,
      String instance,
      Pace pace,
      Quota quota,
      Reaper reaper,
      Recovery recovery,
      AtomicInteger others) {
    this.id = id;
    this.instance = instance;
    this.pace = pace;
    this.quota = quota;
    this.reaper = reaper;
    this.recovery = recovery;
    this.others = others;
  }

  /** Whoever had this folder before is dead: its lock is ours. */
  void begin(Turn turn) throws SQLException {
    List<Long> dead =
        turn.sql().list("SELECT id FROM owner WHERE instance = ?", row -> row.getLong(1), instance);
    for (long owner : dead) {
      reaper.reap(turn, owner);
    }
    beat(turn);
    watch(turn, System.nanoTime());
  }

  /** Who ends with nothing in hand is not looked after. */
  static boolean leave(Turn turn, long owner) throws SQLException {
    return turn.jobs().ofOwner(owner).isEmpty()
        && 1 == turn.sql().update("DELETE FROM owner WHERE id = ?", owner);
  }

  @Override
  public boolean isDue(long nanos) {
    return nanos - nextBeat >= 0;
  }

  @Override
  public long waitNanos(long nanos) {
    return Math.max(0, nextBeat - nanos);
  }

  @Override
  public void run(Turn turn) throws SQLException {
    long nanos = System.nanoTime();
    beating = isDue(nanos);
    if (!beating) {
      lookForNewcomers(turn, nanos);
      return;
    }
    if (nanos - nextBeat > pace.lease().toNanos() / 2) {
      // This process stood still, perhaps with the whole machine: the others get a whole lease.
      seen.clear();
    }
    beat(turn);
    watch(turn, nanos);
    reaper.tidy(turn);
    recovery.adopt(turn, reaper.leftAlone());
  }

  /**
   * In company of other work, and so whenever somebody waits: what two processes leave each other
   * is taken up at once only by who knows that there are two.
   */
  private void lookForNewcomers(Turn turn, long nanos) throws SQLException {
    if (others.get() > 0 || nanos - nextLook < 0) {
      return;
    }
    nextLook = nanos + LOOK_NANOS;
    String count = "SELECT count(*) FROM owner WHERE account = ? AND id <> ?";
    others.set((int) turn.sql().number(count, turn.accountName(), id));
  }

  /** A process that was taken for dead is back: it is told so by its claims, and lives on. */
  private void beat(Turn turn) throws SQLException {
    int known = turn.sql().update("UPDATE owner SET beat = beat + 1 WHERE id = ?", id);
    if (known == 0) {
      turn.sql()
          .update(
              "INSERT INTO owner VALUES (?, ?, 1, ?, ?, ?, 0, 0)",
              id,
              instance,
              quota.account(),
              Account.step(quota),
              (long) quota.concurrency());
    }
  }

  private void watch(Turn turn, long nanos) throws SQLException {
    List<Owner> living = new ArrayList<>();
    looked.clear();
    List<Owner> all = new ArrayList<>(owners(turn));
    all.addAll(orphans(turn));
    for (Owner owner : all) {
      if (owner.id() == id) {
        living.add(owner);
        continue;
      }
      Seen last = seen.get(owner.id());
      boolean moved = last == null || last.beat() != owner.beat();
      Seen now = moved ? new Seen(owner.beat(), nanos) : last;
      looked.put(owner.id(), now);
      boolean silent = nanos - now.since() > pace.lease().toNanos();
      if (silent || (!moved && OwnerLock.dead(owner.instance()).isPresent())) {
        reaper.reap(turn, owner.id());
      } else if (!owner.isUnnamed()) {
        living.add(owner);
      }
    }
    agree(turn, living);
    others.set(living.size() - 1);
  }

  private static List<Owner> owners(Turn turn) throws SQLException {
    return turn.sql()
        .list(
            "SELECT id, instance, beat, step, concurrency FROM owner WHERE account = ?",
            row ->
                new Owner(
                    row.getLong(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getLong(4),
                    row.getLong(5)),
            turn.accountName());
  }

  /**
   * Who was taken for dead, came back and claimed something, and then died indeed before it named
   * itself with its next beat.
   */
  private static List<Owner> orphans(Turn turn) throws SQLException {
    return turn.sql()
        .list(
            "SELECT DISTINCT owner FROM job WHERE open = 1 AND owner IS NOT NULL AND account = ?"
                + " AND owner NOT IN (SELECT id FROM owner)",
            row -> Owner.unnamed(row.getLong(1)),
            turn.accountName());
  }

  /** Of different figures for one account the lower wins. */
  private void agree(Turn turn, List<Owner> living) {
    long step = living.stream().mapToLong(Owner::step).max().orElse(0);
    long concurrency =
        living.stream().mapToLong(Owner::concurrency).filter(n -> n > 0).min().orElse(0);
    turn.account().configured(step, concurrency);
    boolean differs = step != Account.step(quota) || concurrency != quota.concurrency();
    if (differs && !warned) {
      LedgerThread.LOG.warn(
          "Another process has other figures for the account {}: the lower ones hold",
          quota.account());
    }
    warned = differs;
  }

  @Override
  public void committed() {
    if (beating) {
      seen.clear();
      seen.putAll(looked);
      nextBeat = System.nanoTime() + pace.beat().toNanos();
    }
  }

  /** After one's own outage the watch begins anew, else everybody would take everybody for dead. */
  @Override
  public void rolledBack() {
    seen.clear();
    nextBeat = System.nanoTime();
  }
}
