package io.volccv.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.volccv.error.Printable;
import io.volccv.model.CvResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims that survive crashes and are shared by processes, in a database: SQLite for one machine,
 * PostgreSQL for several. One row per job is its claim, its permit, its reservation in the budget
 * and where it goes on after a crash.
 *
 * <p>Every step that money hangs on is on the disk before the next one: a call that may be paid
 * before its last block leaves, a task before anything is done with it, a result before the
 * exchange goes on.
 */
public final class JdbcLedger implements Ledger {

  private static final Duration RETENTION = Duration.ofDays(90);
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Path folder;
  private final Quota quota;
  private final Budget budget;
  private final LongSupplier random;
  private final Database database;
  private final Duration answerTime;
  private final Owners.Pace pace;
  private final long owner;
  private final AtomicInteger others = new AtomicInteger();
  private @Nullable Open open;

  /** What lives from start to close. */
  record Open(
      OwnerLock lock,
      LedgerThread thread,
      Claims claims,
      Recovery recovery,
      ExecutorService answers,
      Keeping keeping) {}

  /**
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:...}
   * @param folder where pictures are kept until they are delivered; this process's own
   * @param responseTimeout how long a call waits for its answer, which may be paid so long
   */
  public JdbcLedger(String url, Path folder, Quota quota, Budget budget, Duration responseTimeout) {
    this(
        Database.of(url, Clock.systemUTC()),
        folder,
        quota,
        budget,
        responseTimeout,
        Owners.Pace.USUAL,
        new java.security.SecureRandom()::nextLong);
  }

  JdbcLedger(
      Database database,
      Path folder,
      Quota quota,
      Budget budget,
      Duration responseTimeout,
      Owners.Pace pace,
      LongSupplier random) {
    this.folder = folder.toAbsolutePath().normalize();
    this.quota = quota;
    this.budget = budget;
    this.random = random;
    this.answerTime = responseTimeout.plus(GRACE);
    this.database = database;
    this.pace = pace;
    this.owner = random.getAsLong();
  }

  @Override
  public synchronized void start() {
    if (open != null) {
      return;
    }
    OwnerLock lock = OwnerLock.take(folder);
    ExecutorService answers = Executors.newSingleThreadExecutor(named("volccv-ledger-answers"));
    LedgerThread thread = new LedgerThread(database, quota, budget, answers);
    Keeping keeping =
        new Keeping(
            folder,
            Executors.newScheduledThreadPool(2, named("volccv-ledger-keeper")),
            thread::wake);
    Desk desk = new Desk();
    Reaper reaper = new Reaper(answerTime, RETENTION);
    Claims claims =
        new Claims(quota, desk, keeping::hasRoom, () -> others.get() == 0, answers, thread::wake);
    Recovery recovery = new Recovery(claims, desk, answers);
    Owners owners = new Owners(owner, lock.instance(), pace, quota, reaper, recovery, others);
    Mark mark = new Mark(database, folder);
    thread.add(claims);
    thread.add(recovery);
    thread.add(owners);
    thread.add(mark);
    open = new Open(lock, thread, claims, recovery, answers, keeping);
    try {
      thread.start(turn -> begin(turn, mark, owners, reaper, keeping));
    } catch (SQLException e) {
      close();
      throw new LedgerUnusableException(
          database.name(), "it cannot be used: " + e.getMessage(), "see that it is reachable", e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private boolean begin(Turn turn, Mark mark, Owners owners, Reaper reaper, Keeping keeping)
      throws SQLException {
    try {
      mark.check(turn);
      // First the results that are whole, then what their owner left without one.
      for (long token : reaper.settleKept(turn, folder)) {
        keeping.results().drop(token);
      }
      keeping.results().sweep();
      owners.begin(turn);
      for (String used : turn.spending().usedUp(turn.spending().day(turn.now()))) {
        LedgerThread.LOG.warn("{}; nothing is called that would cost more of it", used);
      }
      return true;
    } catch (IOException e) {
      throw new LedgerUnusableException(
          folder.toString(), "it cannot be used: " + e.getMessage(), "mend its disk", e);
    }
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private synchronized Open open() {
    return requireNonNull(open, "the ledger is not started");
  }

  @Override
  public boolean isDurable() {
    return true;
  }

  @Override
  public int processes() {
    return others.get() + 1;
  }

  @Override
  public CompletionStage<Void> recover(Function<Claim, CompletionStage<Void>> resume) {
    Open now = open();
    return now.thread()
        .ask(turn -> now.recovery().begin(turn, resume))
        .thenCompose(looked -> looked);
  }

  @Override
  public CompletionStage<Admission> claim(Wish wish) {
    if (wish.jobKey().filter(String::isBlank).isPresent()) {
      return CompletableFuture.failedFuture(Refusals.emptyKey());
    }
    return open().claims().add(key(wish), wish);
  }

  private byte[] key(Wish wish) {
    return wish.jobKey().map(JdbcLedger::key).orElseGet(() -> key("none " + random.getAsLong()));
  }

  /** What a job is called in the table. */
  static byte[] key(String jobKey) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(jobKey.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** A job's name for people. */
  static String label(Wish wish) {
    return wish.jobKey().map(key -> Printable.shorten(key, 200)).orElse("without a key");
  }

  @Override
  public CompletionStage<Optional<Admission>> claimTask(String taskId) {
    Open now = open();
    CompletableFuture<Optional<Admission>> admission = new CompletableFuture<>();
    now.thread()
        .ask(
            turn -> {
              JobRow row = turn.jobs().findTask(taskId).orElse(null);
              long token = random.getAsLong();
              boolean done = row != null && row.state() == JobState.DONE;
              boolean ours =
                  row != null
                      && !done
                      && !now.claims().isRunning(row.key())
                      && turn.jobs().adopt(row, token, owner);
              List<String> sinks = done ? turn.jobs().sinks(row.key()) : List.of();
              return (Runnable)
                  () -> {
                    if (done) {
                      CompletableFuture<Admission> kept = new CompletableFuture<>();
                      new Desk().answer(row, sinks, kept);
                      kept.whenComplete(
                          (value, failure) -> {
                            if (failure == null) {
                              admission.complete(Optional.of(value));
                            } else {
                              admission.completeExceptionally(failure);
                            }
                          });
                    } else {
                      admission.complete(
                          ours
                              ? Optional.of(new Desk().begun(row, token, Claims.progress(row)))
                              : Optional.empty());
                    }
                  };
            })
        .whenComplete(
            (answer, failure) -> {
              if (failure == null) {
                answer.run();
              } else {
                admission.completeExceptionally(Refusals.unavailable(failure));
              }
            });
    return admission;
  }

  @Override
  public CompletionStage<Void> delivered(String jobKey, String sink) {
    byte[] key = key(jobKey);
    return open()
        .thread()
        .ask(
            turn -> {
              turn.jobs().delivered(key, sink);
              return null;
            });
  }

  @Override
  public CompletionStage<Void> delivered(String jobKey) {
    byte[] key = key(jobKey);
    return open()
        .thread()
        .askLazily(
            key,
            turn -> {
              JobRow row = turn.find(key);
              boolean now = row != null && turn.jobs().delivered(key);
              turn.jobs().forgetSinks(key);
              return now ? row : null;
            })
        .thenAcceptAsync(open().keeping()::drop, open().keeping());
  }

  /** Ends when all that was asked is on the disk; who still waits for a claim gets none. */
  @Override
  public synchronized void close() {
    Open last = open;
    if (last == null) {
      return;
    }
    open = null;
    last.claims().close();
    last.thread().ask(turn -> Owners.leave(turn, owner));
    last.thread().close();
    last.keeping().close();
    last.answers().shutdown();
    try {
      last.answers().awaitTermination(10, TimeUnit.SECONDS);
      last.lock().close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LedgerThread.LOG.warn("Cannot unlock {}", folder, e);
    }
  }

  /** Turns rows that are on the disk into answers. */
  private final class Desk implements Claims.Desk {

    @Override
    public Claim begun(byte[] key, long token, Wish wish, Progress progress) {
      return claim(key, token, wish.jobKey().isPresent(), label(wish), progress);
    }

    @Override
    public Claim begun(JobRow row, long token, Progress progress) {
      return claim(row.key(), token, true, row.label(), progress);
    }

    private Claim claim(
        byte[] key, long token, boolean isProtected, String label, Progress progress) {
      Settling settling = new Settling(key, token, isProtected, folder, answerTime);
      return new JdbcClaim(JdbcLedger.this::open, owner, key, token, label, progress, settling);
    }

    /** The pictures are looked at before they are handed out, and not on the ledger's thread. */
    @Override
    public void answer(JobRow row, List<String> sinks, CompletableFuture<Admission> admission) {
      if (row.state() == JobState.DELIVERED) {
        Instant at = Instant.ofEpochMilli(row.changed() / 1000);
        open().answers().execute(() -> admission.complete(new Duplicate(at)));
      } else {
        open().keeping().execute(() -> kept(row, sinks, admission));
      }
    }

    @Override
    public long newToken() {
      return random.getAsLong();
    }

    @Override
    public long owner() {
      return owner;
    }
  }

  private void kept(JobRow row, List<String> sinks, CompletableFuture<Admission> admission) {
    Path place = Path.of(String.valueOf(row.detail()));
    try {
      Optional<CvResult> result = KeptResults.find(place, row.token());
      if (result.isPresent()) {
        admission.complete(new Kept(result.get(), Set.copyOf(sinks)));
      } else if (!place.equals(folder) && !Files.isDirectory(place)) {
        admission.completeExceptionally(Refusals.keptElsewhere(row.label(), place.toString()));
      } else {
        gone(row, admission);
      }
    } catch (IOException | RuntimeException e) {
      admission.completeExceptionally(e);
    }
  }

  /** Paid, and not there any more: lost, unless somebody has just delivered it. */
  private void gone(JobRow row, CompletableFuture<Admission> admission) {
    var reason = Refusals.gone(row.label());
    open()
        .thread()
        .ask(
            turn -> {
              boolean lost = turn.jobs().lose(row, Notes.of(reason));
              return lost ? null : turn.find(row.key());
            })
        .whenComplete(
            (now, failure) -> {
              if (failure != null) {
                admission.completeExceptionally(Refusals.unavailable(failure));
              } else if (now != null && now.state() == JobState.DELIVERED) {
                admission.complete(new Duplicate(Instant.ofEpochMilli(now.changed() / 1000)));
              } else {
                LedgerThread.LOG.error("{}", reason.getMessage());
                admission.completeExceptionally(reason);
              }
            });
  }
}
