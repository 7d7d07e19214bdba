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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The budget within one transaction: read where a cap needs it, and then once; written at the end.
 * Amounts are thousandths of a yuan; counts are pictures.
 */
final class Spending {

  /** The period of what was spent in all. */
  static final String ALL = "all";

  /** Which line of the table; written in order, so that two transactions never lock crosswise. */
  private record Line(String scope, String period) implements Comparable<Line> {
    private static final Comparator<Line> ORDER =
        Comparator.comparing(Line::scope).thenComparing(Line::period);

    @Override
    public int compareTo(Line other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What moves from where to where, or what a line has.
   *
   * @param held reserved, or no longer reserved
   * @param maybe perhaps spent, or no longer perhaps
   * @param spent spent
   */
  record Move(
      long held, long heldImages, long maybe, long maybeImages, long spent, long spentImages) {

    private static final Move NONE = new Move(0, 0, 0, 0, 0, 0);

    static Move hold(long cny, long images) {
      return new Move(cny, images, 0, 0, 0, 0);
    }

    private Move plus(Move other) {
      return new Move(
          held + other.held,
          heldImages + other.heldImages,
          maybe + other.maybe,
          maybeImages + other.maybeImages,
          spent + other.spent,
          spentImages + other.spentImages);
    }
  }

  /**
   * Why a wish cannot be afforded.
   *
   * @param passing whether only what is reserved for calls under way is in the way, which may turn
   *     out to cost less
   */
  record Refusal(BudgetExceededException reason, boolean passing) {}

  /** A cap, and what there is of it. */
  private record Cap(String whose, String period, Caps caps, Move used) {

    private Optional<Money> mostCny() {
      return isOfDay() ? caps.dayCny() : caps.totalCny();
    }

    private Optional<Long> mostImages() {
      return isOfDay() ? caps.dayImages() : caps.totalImages();
    }

    private boolean isOfDay() {
      return period.equals("day");
    }

    /** In thousandths of a yuan; below zero when it is exceeded. */
    private Optional<Long> leftCny(boolean held) {
      long all = used.maybe + used.spent + (held ? used.held : 0);
      return mostCny().map(cap -> cap.milliCny() - all);
    }

    private Optional<Long> leftImages(boolean held) {
      long all = used.maybeImages + used.spentImages + (held ? used.heldImages : 0);
      return mostImages().map(cap -> cap - all);
    }

    private boolean allows(long cny, long images, boolean held) {
      return leftCny(held).orElse(cny) >= cny && leftImages(held).orElse(images) >= images;
    }

    private Refusal refusal(long cny, long images) {
      boolean passing = allows(cny, images, false);
      boolean money = leftCny(true).orElse(cny) < cny;
      String call = money ? "may cost " + new Money(cny) : "may bring " + images + " more";
      String hint = "raise volccv.budget." + key() + (isOfDay() ? ", or wait for another day" : "");
      return new Refusal(
          exceeded(state(money) + ", and this call " + call + "; " + hint, hint), passing);
    }

    private String key() {
      return whose.replaceFirst("^account$", "").replaceFirst("^route (.*)", "route.$1.")
          + period
          + ".*";
    }

    /** What was used of it. */
    private String state(boolean money) {
      String what =
          money
              ? new Money(usedCny()) + " of " + mostCny().orElseThrow()
              : usedImages() + " of " + mostImages().orElseThrow() + " pictures";
      return "the " + whose + " has used " + what + " (" + period + ")";
    }

    private long usedCny() {
      return used.held + used.maybe + used.spent;
    }

    private long usedImages() {
      return used.heldImages + used.maybeImages + used.spentImages;
    }
  }

  private final Sql sql;
  private final Budget budget;
  private final String account;
  private final Map<Line, Move> read = new HashMap<>();
  private final Map<Line, Move> changes = new TreeMap<>();

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

  /** Whether it is known what a wish may cost. */
  boolean isPriced(Wish wish) {
    return wish.worstCase().isPresent() || budget.pricePerCall().isPresent();
  }

  /** Whether there is any cap. */
  boolean isLimited() {
    return !budget.account().equals(Caps.NONE)
        || budget.routes().values().stream().anyMatch(caps -> !caps.equals(Caps.NONE));
  }

  /** Why the wish cannot be afforded; empty when it can. */
  Optional<Refusal> refusal(Wish wish, String day) throws SQLException {
    List<Cap> caps = caps(wish.route().orElse(null), day);
    long cny = worstCase(wish);
    long images = wish.maxImages();
    Optional<Cap> unpriced =
        caps.stream().filter(cap -> cap.mostCny().isPresent() && !isPriced(wish)).findFirst();
    if (unpriced.isPresent()) {
      return Optional.of(new Refusal(unpriced(wish, unpriced.get().whose()), false));
    }
    List<Refusal> refusals =
        caps.stream()
            .filter(cap -> !cap.allows(cny, images, true))
            .map(cap -> cap.refusal(cny, images))
            .toList();
    return refusals.stream()
        .filter(refusal -> !refusal.passing())
        .findFirst()
        .or(() -> refusals.stream().findFirst());
  }

  /** What is used up of the account's caps and of those of all routes, for a person. */
  List<String> usedUp(String day) throws SQLException {
    List<Cap> caps = new ArrayList<>(caps(null, day));
    for (String route : budget.routes().keySet()) {
      caps.addAll(ofRoute(route, day));
    }
    List<String> usedUp = new ArrayList<>();
    for (Cap cap : caps) {
      if (cap.leftCny(true).orElse(1L) <= 0) {
        usedUp.add(cap.state(true));
      }
      if (cap.leftImages(true).orElse(1L) <= 0) {
        usedUp.add(cap.state(false));
      }
    }
    return usedUp;
  }

  private List<Cap> caps(@Nullable String route, String day) throws SQLException {
    List<Cap> caps = new ArrayList<>(both("account", budget.account(), scopeOf(account), day));
    if (route != null && budget.routes().containsKey(route)) {
      caps.addAll(ofRoute(route, day));
    }
    return caps;
  }

  private List<Cap> ofRoute(String route, String day) throws SQLException {
    Caps caps = budget.routes().getOrDefault(route, Caps.NONE);
    return both("route " + route, caps, scopeOf(account, route), day);
  }

  /** In all, which lasts, and of the day; nothing when nothing is limited. */
  private List<Cap> both(String whose, Caps caps, String scope, String day) throws SQLException {
    if (caps.equals(Caps.NONE)) {
      return List.of();
    }
    return List.of(
        new Cap(whose, "total", caps, used(new Line(scope, ALL))),
        new Cap(whose, "day", caps, used(new Line(scope, day))));
  }

  private static BudgetExceededException unpriced(Wish wish, String whose) {
    String hint = "set budget.pricePerCall, or a price in the model data";
    return exceeded(
        "the price of "
            + wish.reqKey()
            + " is not known, and the "
            + whose
            + " has a budget; "
            + hint,
        hint);
  }

  private static BudgetExceededException exceeded(String message, String hint) {
    return new BudgetExceededException(message, CvError.before("budget", hint), null);
  }

  /** Writes a move to all lines of a job. */
  void move(String account, String day, @Nullable String route, Move move) {
    List<String> scopes = new ArrayList<>(List.of(scopeOf(account)));
    if (route != null) {
      scopes.add(scopeOf(account, route));
    }
    for (String scope : scopes) {
      for (String period : List.of(day, ALL)) {
        changes.merge(new Line(scope, period), move, Move::plus);
      }
    }
  }

  static String scopeOf(String account) {
    return "account:" + account;
  }

  static String scopeOf(String account, String route) {
    return scopeOf(account) + " route:" + route;
  }

  private Move used(Line line) throws SQLException {
    Move before = read.get(line);
    if (before == null) {
      before =
          sql.find(
                  "SELECT held, held_n, maybe, maybe_n, spent, spent_n FROM budget"
                      + " WHERE scope = ? AND period = ?",
                  row ->
                      new Move(
                          row.getLong(1),
                          row.getLong(2),
                          row.getLong(3),
                          row.getLong(4),
                          row.getLong(5),
                          row.getLong(6)),
                  line.scope(),
                  line.period())
              .orElse(Move.NONE);
      read.put(line, before);
    }
    return before.plus(changes.getOrDefault(line, Move.NONE));
  }

  /**
   * Adds what has changed. A process may settle what one on another account left, and holds no lock
   * on that account's lines: so they are not overwritten.
   */
  void store() throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>();
    changes.forEach(
        (line, by) -> {
          if (!by.equals(Move.NONE)) {
            rows.add(
                new @Nullable Object[] {
                  line.scope(),
                  line.period(),
                  by.held,
                  by.maybe,
                  by.spent,
                  by.heldImages,
                  by.maybeImages,
                  by.spentImages
                });
          }
        });
    sql.batch(
        "INSERT INTO budget (scope, period, held, maybe, spent, held_n, maybe_n, spent_n)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (scope, period) DO UPDATE SET"
            + " held = budget.held + excluded.held, maybe = budget.maybe + excluded.maybe,"
            + " spent = budget.spent + excluded.spent,"
            + " held_n = budget.held_n + excluded.held_n,"
            + " maybe_n = budget.maybe_n + excluded.maybe_n,"
            + " spent_n = budget.spent_n + excluded.spent_n",
        rows);
  }
}
