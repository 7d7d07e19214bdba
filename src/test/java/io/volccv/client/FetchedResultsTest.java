package io.volccv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.JobInProgressException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.ledger.Budget;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Quota;
import io.volccv.model.CvRequest;
import io.volccv.model.CvTask;
import io.volccv.sandbox.Bill;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import io.volccv.signing.Credentials.ApiKey;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that come as URLs are paid before they are ours: what becomes of those that fail. */
final class FetchedResultsTest {

  private static final String TEXT_KEY = "high_aes_general_v30l_zt2i";
  private static final int ANSWERED = 4;
  private static final int DONE = 5;
  private static final int LOST = 9;

  @TempDir Path folder;

  private Sandbox sandbox;
  private ResultFront front;
  private JdbcLedger ledger;
  private FileSpool spool;
  private CvClients clients;
  private CvClient client;

  @BeforeEach
  void start() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
    front = new ResultFront(sandbox);
    spool = FileSpool.open(folder.resolve("spool"), 16 * 1024);
    ledger =
        new JdbcLedger(
            "jdbc:sqlite:" + folder.resolve("ledger.db"),
            folder.resolve("kept"),
            Quota.ofConcurrency(2),
            Budget.NONE,
            Duration.ofSeconds(60));
    ledger.start();
    begin();
  }

  private void begin() {
    clients = new CvClients(ledger, spool, Clock.systemUTC(), 2);
    client =
        clients.client(
            new CvClient.Settings(
                front.gateway(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                null,
                null,
                true,
                true,
                1 << 24,
                Optional.empty(),
                Duration.ofMillis(10),
                Duration.ZERO),
            new ApiKey(sandbox.options().apiKey()),
            ModelCatalog.shipped());
  }

  @AfterEach
  void stop() throws Exception {
    clients.close();
    ledger.close();
    spool.close();
    front.close();
    sandbox.close();
  }

  @Test
  void aDeadUrlOfATaskIsAskedForAgain() throws Exception {
    front.results(n -> n == 1 ? 403 : 200);

    CvOutcome done = joined(client.generate(wish("job")));

    assertThat(done.result().orElseThrow().images()).hasSize(1);
    assertThat(front.fetches()).isEqualTo(2);
    assertThat(calls("SubmitTask")).isEqualTo(1);
    assertThat(calls("GetResult")).isGreaterThanOrEqualTo(2);
    assertThat(state()).isEqualTo(DONE);
  }

  @Test
  void aDeadUrlOfATaskIsAskedForAgainOnce() throws Exception {
    front.results(n -> 403);

    assertThatThrownBy(() -> joined(client.generate(wish("job"))))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("the picture was made, but it cannot be fetched");

    assertThat(front.fetches()).isEqualTo(2);
    assertThat(calls("SubmitTask")).isEqualTo(1);
    assertThat(state()).isEqualTo(LOST);
    assertThatThrownBy(() -> joined(client.generate(wish("job"))))
        .as("a lost result is not paid again")
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(calls("SubmitTask")).isEqualTo(1);
  }

  @Test
  void aDeadUrlWithoutATaskIsLost() throws Exception {
    front.results(n -> 403);

    assertThatThrownBy(() -> joined(client.process(wish("job"))))
        .isInstanceOf(OutcomeUnknownException.class);

    assertThat(front.fetches()).isEqualTo(1);
    assertThat(state()).isEqualTo(LOST);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aResultThatCannotBeFetchedForNowIsFetchedLaterWithoutACall() throws Exception {
    front.results(n -> 503);

    assertThatThrownBy(() -> joined(client.process(wish("job"))))
        .isInstanceOf(JobInProgressException.class)
        .hasMessageContaining("503");

    assertThat(front.fetches()).as("patiently").isEqualTo(6);
    assertThat(state()).isEqualTo(ANSWERED);

    front.results(n -> 200);
    CvOutcome done = joined(client.process(wish("job")));
    assertThat(done.result().orElseThrow().images()).hasSize(1);
    assertThat(done.result().orElseThrow().requestId()).isNotEmpty();
    assertThat(state()).isEqualTo(DONE);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aSubmitOfWhatIsAnsweredBringsThePicture() throws Exception {
    front.results(n -> 503);
    assertThatThrownBy(() -> joined(client.generate(wish("job"))))
        .isInstanceOf(JobInProgressException.class);
    assertThat(state()).isEqualTo(ANSWERED);
    long posts = sandbox.bill().posts();

    front.results(n -> 200);
    CvOutcome done = joined(client.submit(wish("job")));

    assertThat(done.result().orElseThrow().images()).hasSize(1);
    assertThat(state()).isEqualTo(DONE);
    assertThat(sandbox.bill().posts()).isEqualTo(posts);
  }

  @Test
  void anAnswerFromBeforeIsFetchedAtTheNextStart() throws Exception {
    front.results(n -> 503);
    assertThatThrownBy(() -> joined(client.process(wish("job"))))
        .isInstanceOf(JobInProgressException.class);
    clients.close();

    front.results(n -> 200);
    begin();
    CvOutcome done = joined(client.process(wish("job")));

    assertThat(done.result().orElseThrow().images()).hasSize(1);
    assertThat(front.fetches()).as("the kept result is not fetched again").isEqualTo(1);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aJobThatIsHandedOverAfterTheEndIsLetGoOf() {
    clients.close();
    Settled claim = new Settled();

    joined(client.resume(claim));

    assertThat(claim.settlements).singleElement().isInstanceOf(Settlement.Parked.class);
  }

  /** A claim of a task that notes how it is settled. */
  private static final class Settled implements Claim {
    private final List<Settlement> settlements = new ArrayList<>();

    @Override
    public Progress progress() {
      return new Progress.Task(
          new CvTask(
              TEXT_KEY,
              "7392616336519610409",
              CvTask.Pair.SYNC2ASYNC,
              Optional.empty(),
              Instant.MAX));
    }

    @Override
    public CompletionStage<Void> sent() {
      throw new AssertionError("it is a task already");
    }

    @Override
    public CompletionStage<Void> task(CvTask task) {
      throw new AssertionError("it is a task already");
    }

    @Override
    public CompletionStage<Void> answered(Progress.Answered answer) {
      throw new AssertionError("nobody asks any more");
    }

    @Override
    public CompletionStage<Void> settle(Settlement settlement) {
      settlements.add(settlement);
      return CompletableFuture.completedFuture(null);
    }
  }

  private static CvRequest wish(String key) {
    return new CvRequest(
        TEXT_KEY, Map.of("prompt", "x", "return_url", true), List.of(), Optional.of(key));
  }

  private long calls(String action) {
    return sandbox.bill().calls().stream()
        .map(Bill.Call::action)
        .filter(called -> called != null && called.endsWith(action))
        .count();
  }

  private int state() throws SQLException {
    try (var file = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
        var row = file.createStatement().executeQuery("SELECT state FROM job")) {
      assertThat(row.next()).isTrue();
      return row.getInt(1);
    }
  }

  private static <T> T joined(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
