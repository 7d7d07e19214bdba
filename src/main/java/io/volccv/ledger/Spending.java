package io.volccv.ledger;

import io.volccv.error.BudgetExceededException;
import io.volccv.error.CvError;
import io.volccv.ledger.Budget.Caps;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.Money;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The budget within one transaction: read when it is first asked for, written once at the end.
 * Amounts are thousandths of a yuan; counts are pictures.
 */
final class Spending {

  /** The period of what was spent in all. */
  static final String ALL = "all";

  /** Which line of the table. */
  private record Line(String scope, String period) {}

  /** A line's numbers as they will be. */
  private static final class Numbers {
    private long held;
    private long maybe;
    private long spent;
    private long heldImages;
    private long maybeImages;
    private long spentImages;

    long cny() {
      return held + maybe + spent;
    }

    long images() {
      return heldImages + maybeImages + spentImages;
    }
  }

  /**
   * What moves from where to where.
   *
   * @param held reserved, or no longer reserved
   * @param maybe perhaps spent, or no longer perhaps
   * @param spent spent
   */
  record Move(
      long held, long heldImages, long maybe, long maybeImages, long spent, long spentImages) {

    static Move hold(long cny, long images) {
      return new Move(cny, images, 0, 0, 0, 0);
    }
  }

  private final Sql sql;
  private final Budget budget;
  private final String account;
  private final Map<Line, Numbers> lines = new LinkedHashMap<>();

  Spending(Sql sql, Budget budget, String account) {
    this.sql = sql;
    this.budget = budget;
    this.account = account;
  }

  /** The day that {@code now} belongs to, microseconds since 1970. */
  String day(long now) {
    return LocalDate.ofInstant(Instant.ofEpochMilli(now / 1000), budget.zone()).toString();
  }

  /** What a wish reserves at most, in thousandths of a yuan. */
  long worstCase(Wish wish) {
    return wish.worstCase().or(budget::pricePerCall).map(Money::milliCny).orElse(0L);
  }

  /** Why the wish cannot be afforded; empty when it can. */
  Optional<BudgetExceededException> refusal(Wish wish, @Nullable String route, String day)
      throws SQLException {
    long cny = worstCase(wish);
    boolean priced = wish.worstCase().isPresent() || budget.pricePerCall().isPresent();
    Optional<BudgetExceededException> refusal =
        refusal("account", budget.account(), scope(), day, cny, wish, priced);
    if (refusal.isPresent() || route == null || !budget.routes().containsKey(route)) {
      return refusal;
    }
    Caps caps = budget.routes().get(route);
    return refusal("route " + route, caps, scope(route), day, cny, wish, priced);
  }

  private Optional<BudgetExceededException> refusal(
      String whose, Caps caps, String scope, String day, long cny, Wish wish, boolean priced)
      throws SQLException {
    if (!priced && (caps.dayCny().isPresent() || caps.totalCny().isPresent())) {
      return Optional.of(
          exceeded(
              "the price of " + wish.reqKey() + " is not known, and the " + whose + " has a budget",
              "set budget.pricePerCall, or a price in the model data"));
    }
    Optional<BudgetExceededException> today =
        over(whose, "day", caps.dayCny(), caps.dayImages(), scope, day, cny, wish);
    return today.isPresent()
        ? today
        : over(whose, "total", caps.totalCny(), caps.totalImages(), scope, ALL, cny, wish);
  }

  private Optional<BudgetExceededException> over(
      String whose,
      String period,
      Optional<Money> capCny,
      Optional<Long> capImages,
      String scope,
      String line,
      long cny,
      Wish wish)
      throws SQLException {
    if (capCny.isEmpty() && capImages.isEmpty()) {
      return Optional.empty();
    }
    Numbers used = numbers(new Line(scope, line));
    String hint = "raise volccv.budget." + period + ".*, or wait for another day";
    if (capCny.isPresent() && used.cny() + cny > capCny.get().milliCny()) {
      return Optional.of(
          exceeded(
              "the "
                  + whose
                  + " has used "
                  + new Money(used.cny())
                  + " of "
                  + capCny.get()
                  + " ("
                  + period
                  + "), and this call may cost "
                  + new Money(cny),
              hint));
    }
    if (capImages.isPresent() && used.images() + wish.maxImages() > capImages.get()) {
      return Optional.of(
          exceeded(
              "the "
                  + whose
                  + " has used "
                  + used.images()
                  + " of "
                  + capImages.get()
                  + " pictures ("
                  + period
                  + "), and this call may bring "
                  + wish.maxImages(),
              hint));
    }
    return Optional.empty();
  }

  private static BudgetExceededException exceeded(String what, String hint) {
    return new BudgetExceededException(what + "; " + hint, CvError.before("budget", hint), null);
  }

  /** Writes a move to all lines of a job. */
  void move(String day, @Nullable String route, Move move) throws SQLException {
    List<String> scopes = new ArrayList<>(List.of(scope()));
    if (route != null) {
      scopes.add(scope(route));
    }
    for (String scope : scopes) {
      for (String period : List.of(day, ALL)) {
        Numbers numbers = numbers(new Line(scope, period));
        numbers.held += move.held;
        numbers.heldImages += move.heldImages;
        numbers.maybe += move.maybe;
        numbers.maybeImages += move.maybeImages;
        numbers.spent += move.spent;
        numbers.spentImages += move.spentImages;
      }
    }
  }

  private String scope() {
    return scopeOf(account);
  }

  static String scopeOf(String account) {
    return "account:" + account;
  }

  private static String scope(String route) {
    return "route:" + route;
  }

  private Numbers numbers(Line line) throws SQLException {
    Numbers known = lines.get(line);
    if (known == null) {
      known =
          sql.find(
                  "SELECT held, maybe, spent, held_n, maybe_n, spent_n FROM budget"
                      + " WHERE scope = ? AND period = ?",
                  row -> {
                    Numbers read = new Numbers();
                    read.held = row.getLong(1);
                    read.maybe = row.getLong(2);
                    read.spent = row.getLong(3);
                    read.heldImages = row.getLong(4);
                    read.maybeImages = row.getLong(5);
                    read.spentImages = row.getLong(6);
                    return read;
                  },
                  line.scope(),
                  line.period())
              .orElse(null);
      if (known == null) {
        sql.update(
            "INSERT INTO budget VALUES (?, ?, 0, 0, 0, 0, 0, 0)", line.scope(), line.period());
        known = new Numbers();
      }
      lines.put(line, known);
    }
    return known;
  }

  void store() throws SQLException {
    for (Map.Entry<Line, Numbers> line : lines.entrySet()) {
      Numbers n = line.getValue();
      sql.update(
          "UPDATE budget SET held = ?, maybe = ?, spent = ?, held_n = ?, maybe_n = ?, spent_n = ?"
              + " WHERE scope = ? AND period = ?",
          n.held,
          n.maybe,
          n.spent,
          n.heldImages,
          n.maybeImages,
          n.spentImages,
          line.getKey().scope(),
          line.getKey().period());
    }
  }
}
