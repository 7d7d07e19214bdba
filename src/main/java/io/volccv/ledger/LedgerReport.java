package io.volccv.ledger;

import io.volccv.model.Money;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * How a ledger stands: what an operator wants to know of it, as plain values.
 *
 * @param states how many jobs are in each state, of all accounts: {@code CLAIMED}, {@code SENT},
 *     {@code TASK}, {@code ANSWERED}, {@code DONE}, {@code DELIVERED}, {@code FAILED}, {@code
 *     UNKNOWN}, {@code LOST}; those that ended long ago are forgotten
 * @param today what the account spent on the day of the budget that it is now
 * @param total what the account spent in all
 * @param routes what the routes spent that have a budget of their own
 * @param quota what the account may use now
 * @param oldestWaiting how long the call that waits longest has waited for its permit; zero when
 *     none waits
 * @param unknown the jobs of which nobody knows whether they were paid, oldest first
 */
public record LedgerReport(
    Map<String, Long> states,
    Spend today,
    Spend total,
    List<RouteSpend> routes,
    InUse quota,
    Duration oldestWaiting,
    List<Unknown> unknown) {

  /**
   * What was spent in a period, and what may still turn out to be.
   *
   * @param period a day as {@code 2026-01-31}, or {@code all}
   * @param heldCny reserved for calls under way
   * @param maybeCny perhaps paid: of jobs of which nobody knows
   */
  public record Spend(
      String period,
      Money spentCny,
      long spentImages,
      Money heldCny,
      long heldImages,
      Money maybeCny,
      long maybeImages) {}

  /**
   * What one route spent.
   *
   * @param route its id
   */
  public record RouteSpend(String route, Spend today, Spend total) {}

  /**
   * The quota now.
   *
   * @param calls that hold a permit
   * @param concurrency how many may, as configured or found out; empty when nothing is known yet
   * @param rate calls per second; empty when nothing is known of a limit
   */
  public record InUse(long calls, Optional<Long> concurrency, Optional<Double> rate) {}

  /**
   * A job of which nobody knows whether it was paid.
   *
   * @param jobKey its first 200 characters, without control characters
   * @param since when it was sent
   */
  public record Unknown(String jobKey, Instant since, String reqKey) {}

  public LedgerReport {
    states = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(states));
    routes = List.copyOf(routes);
    unknown = List.copyOf(unknown);
  }

  /**
   * Reads a ledger, whether apps work with it or none does; makes nothing and holds nobody up.
   *
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:...}
   * @param quota whose account is looked at, with what is configured
   * @param budget where a new day begins, and which routes are limited
   * @throws MissingLedgerException when there is none yet
   * @throws LedgerUnusableException when it cannot be read
   */
  public static LedgerReport read(String url, Quota quota, Budget budget) {
    try (LedgerView view = LedgerView.open(url)) {
      long now = view.now();
      String day = LocalDate.ofInstant(Instant.ofEpochMilli(now / 1000), budget.zone()).toString();
      return new LedgerReport(
          view.ask(LedgerReport::states),
          view.ask(sql -> spend(sql, Spending.scopeOf(quota.account()), day)),
          view.ask(sql -> spend(sql, Spending.scopeOf(quota.account()), Spending.ALL)),
          view.ask(sql -> routes(sql, quota.account(), budget, day)),
          view.ask(sql -> quota(sql, quota, now)),
          view.ask(sql -> oldestWaiting(sql, quota.account(), now)),
          view.ask(LedgerReport::unknown));
    }
  }

  private record Count(String state, long jobs) {}

  /** In one statement, so that no job is counted twice or not at all. */
  private static Map<String, Long> states(Sql sql) throws SQLException {
    Map<String, Long> states = new LinkedHashMap<>();
    for (JobState state : JobState.values()) {
      states.put(state.name(), 0L);
    }
    List<Count> counts =
        sql.list(
            "SELECT CAST(state AS TEXT), count(*) FROM job WHERE open = 1 GROUP BY state"
                + " UNION ALL SELECT name, CAST(value AS bigint) FROM meta WHERE name IN (?, ?)",
            row -> new Count(row.getString(1), row.getLong(2)),
            Ended.counter(JobState.DELIVERED),
            Ended.counter(JobState.FAILED));
    for (Count count : counts) {
      states.put(Ended.state(count.state()).name(), count.jobs());
    }
    return states;
  }

  private static List<RouteSpend> routes(Sql sql, String account, Budget budget, String day)
      throws SQLException {
    List<RouteSpend> routes = new ArrayList<>();
    for (String route : new TreeSet<>(budget.routes().keySet())) {
      String scope = Spending.scopeOf(account, route);
      routes.add(new RouteSpend(route, spend(sql, scope, day), spend(sql, scope, Spending.ALL)));
    }
    return routes;
  }

  private static Spend spend(Sql sql, String scope, String period) throws SQLException {
    return sql.find(
            "SELECT spent, spent_n, held, held_n, maybe, maybe_n FROM budget"
                + " WHERE scope = ? AND period = ?",
            row ->
                new Spend(
                    period,
                    new Money(row.getLong(1)),
                    row.getLong(2),
                    new Money(row.getLong(3)),
                    row.getLong(4),
                    new Money(row.getLong(5)),
                    row.getLong(6)),
            scope,
            period)
        .orElseGet(() -> new Spend(period, Money.ZERO, 0, Money.ZERO, 0, Money.ZERO, 0));
  }

  private static InUse quota(Sql sql, Quota quota, long now) throws SQLException {
    long calls = Turn.permits(sql, quota.account(), now);
    Optional<Double> configured = quota.rate() == 0 ? Optional.empty() : Optional.of(quota.rate());
    return sql.find(
            "SELECT concurrency, step FROM account WHERE id = ?",
            row -> new InUse(calls, Optional.of(row.getLong(1)), rate(quota, row.getLong(2))),
            quota.account())
        .orElseGet(
            () ->
                new InUse(
                    calls,
                    quota.concurrency() == 0
                        ? Optional.empty()
                        : Optional.of((long) quota.concurrency()),
                    configured));
  }

  /** A configured rate is kept with a margin; it is told as it was written. */
  private static Optional<Double> rate(Quota quota, long step) {
    if (step == 0) {
      return Optional.empty();
    }
    return Optional.of(
        step == Account.step(quota) ? quota.rate() : Math.round(1e9 / step) / 1000.0);
  }

  private record Waiting(String instance, long since) {}

  /** A killed process waits for nothing any more, though its row may say so until it is reaped. */
  private static Duration oldestWaiting(Sql sql, String account, long now) throws SQLException {
    List<Waiting> all =
        sql.list(
            "SELECT instance, waiting_us FROM owner WHERE account = ? AND waiting_us > 0",
            row -> new Waiting(row.getString(1), row.getLong(2)),
            account);
    long micros =
        all.stream()
            .filter(owner -> OwnerLock.dead(owner.instance()).isEmpty())
            .mapToLong(owner -> Math.max(0, now - owner.since()))
            .max()
            .orElse(0);
    return Duration.ofNanos(Math.multiplyExact(micros, 1000));
  }

  private static List<Unknown> unknown(Sql sql) throws SQLException {
    return sql.list(
        "SELECT label, coalesce(sent, changed), req_key FROM job WHERE state = ? AND open = 1"
            + " ORDER BY 2",
        row ->
            new Unknown(
                row.getString(1), Instant.ofEpochMilli(row.getLong(2) / 1000), row.getString(3)),
        JobState.UNKNOWN.code());
  }
}
