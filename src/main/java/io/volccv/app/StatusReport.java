package io.volccv.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.app.TextTable.Column;
import io.volccv.app.TextTable.Kind;
import io.volccv.ledger.Budget;
import io.volccv.ledger.LedgerReport;
import io.volccv.ledger.LedgerReport.Spend;
import io.volccv.ledger.Quota;
import io.volccv.model.Money;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code status} prints: JSON for programs, tables for people.
 *
 * @param quota what is configured
 * @param budget what is configured
 */
record StatusReport(LedgerReport ledger, Quota quota, Budget budget) {
  private static final JsonMapper JSON = new JsonMapper();

  /** So many unknown jobs are shown to people. */
  private static final int MOST_SHOWN = 20;

  String json() throws IOException {
    ObjectNode status = JSON.createObjectNode();
    ObjectNode states = status.putObject("states");
    ledger.states().forEach(states::put);
    status
        .putObject("spend")
        .put("cny", ledger.total().spentCny().cny())
        .put("images", ledger.total().spentImages());
    ObjectNode limits = status.putObject("budget");
    Budget.Caps caps = budget.account();
    period(limits.putObject("day"), ledger.today(), caps.dayCny(), caps.dayImages());
    period(limits.putObject("total"), ledger.total(), caps.totalCny(), caps.totalImages());
    ObjectNode routes = limits.putObject("routes");
    for (LedgerReport.RouteSpend route : ledger.routes()) {
      Budget.Caps own = caps(route);
      ObjectNode node = routes.putObject(route.route());
      period(node.putObject("day"), route.today(), own.dayCny(), own.dayImages());
      period(node.putObject("total"), route.total(), own.totalCny(), own.totalImages());
    }
    quota(status.putObject("quota"));
    status.put("oldestWaitingMs", ledger.oldestWaiting().toMillis());
    ArrayNode unknown = status.putArray("unknown");
    for (LedgerReport.Unknown job : ledger.unknown()) {
      unknown
          .addObject()
          .put("jobKey", job.jobKey())
          .put("since", job.since().toString())
          .put("reqKey", job.reqKey());
    }
    return JSON.writeValueAsString(status);
  }

  private Budget.Caps caps(LedgerReport.RouteSpend route) {
    return budget.routes().getOrDefault(route.route(), Budget.Caps.NONE);
  }

  private static void period(
      ObjectNode node, Spend spend, Optional<Money> capCny, Optional<Long> capImages) {
    node.put("period", spend.period());
    node.putObject("spent").put("cny", spend.spentCny().cny()).put("images", spend.spentImages());
    node.putObject("held").put("cny", spend.heldCny().cny()).put("images", spend.heldImages());
    node.putObject("maybe").put("cny", spend.maybeCny().cny()).put("images", spend.maybeImages());
    ObjectNode limit = node.putObject("limit");
    limit.put("cny", capCny.map(Money::cny).orElse(null));
    limit.put("images", capImages.orElse(null));
  }

  private void quota(ObjectNode node) {
    node.put("account", quota.account());
    node.putObject("concurrency")
        .put("inUse", ledger.quota().calls())
        .put("granted", ledger.quota().concurrency().orElse(null))
        .put("configured", quota.concurrency() == 0 ? null : quota.concurrency());
    node.putObject("rate")
        .put("granted", ledger.quota().rate().orElse(null))
        .put("configured", quota.rate() == 0 ? null : quota.rate());
  }

  List<String> lines(int width, Instant now) {
    List<String> lines = new ArrayList<>(jobs().lines(width));
    lines.add("");
    lines.addAll(spending().lines(width));
    lines.add("");
    lines.add("quota of " + quota.account() + ": " + concurrency() + ", " + rate());
    if (!ledger.oldestWaiting().isZero()) {
      lines.add("the call that waits longest: " + Age.of(ledger.oldestWaiting()));
    }
    long kept = ledger.states().get("DONE");
    if (kept > 0) {
      lines.add(
          kept + " paid and not delivered: kept, and handed out when their inputs come again");
    }
    if (!ledger.unknown().isEmpty()) {
      lines.add("");
      lines.addAll(unknown(now).lines(width));
      int more = ledger.unknown().size() - MOST_SHOWN;
      if (more > 0) {
        lines.add("and " + more + " more; --json has all of them");
      }
      lines.add("perhaps paid: look into the bill, then see volccv replay --help");
    }
    return lines;
  }

  private TextTable jobs() {
    return new TextTable(
        List.of(new Column("STATE", Kind.TEXT), new Column("JOBS", Kind.NUMBER)),
        ledger.states().entrySet().stream()
            .map(state -> List.of(state.getKey(), state.getValue().toString()))
            .toList());
  }

  private TextTable spending() {
    List<List<String>> rows = new ArrayList<>();
    rows.addAll(rows("", ledger.today(), ledger.total(), budget.account()));
    for (LedgerReport.RouteSpend route : ledger.routes()) {
      rows.addAll(rows(route.route() + " ", route.today(), route.total(), caps(route)));
    }
    return new TextTable(
        List.of(
            new Column("SPENT", Kind.TEXT),
            new Column("", Kind.NUMBER),
            new Column("HELD", Kind.NUMBER),
            new Column("MAYBE", Kind.NUMBER),
            new Column("LIMIT", Kind.NUMBER)),
        rows);
  }

  private static List<List<String>> rows(String whose, Spend today, Spend all, Budget.Caps caps) {
    return List.of(
        cny(whose + today.period() + " CNY", today, caps.dayCny()),
        images(whose + today.period() + " pictures", today, caps.dayImages()),
        cny(whose + "all CNY", all, caps.totalCny()),
        images(whose + "all pictures", all, caps.totalImages()));
  }

  private static List<String> cny(String what, Spend spend, Optional<Money> cap) {
    return List.of(
        what,
        DemoReport.yuan(spend.spentCny()),
        DemoReport.yuan(spend.heldCny()),
        DemoReport.yuan(spend.maybeCny()),
        cap.map(DemoReport::yuan).orElse("-"));
  }

  private static List<String> images(String what, Spend spend, Optional<Long> cap) {
    return List.of(
        what,
        Long.toString(spend.spentImages()),
        Long.toString(spend.heldImages()),
        Long.toString(spend.maybeImages()),
        cap.map(String::valueOf).orElse("-"));
  }

  private String concurrency() {
    String granted = ledger.quota().concurrency().map(String::valueOf).orElse("?");
    return ledger.quota().calls()
        + " of "
        + granted
        + " calls at a time"
        + found(quota.concurrency() == 0);
  }

  private String rate() {
    return ledger
        .quota()
        .rate()
        .map(rate -> String.format(Locale.ROOT, "%s per second", rate) + found(quota.rate() == 0))
        .orElse("no limit per second is known");
  }

  private static String found(boolean found) {
    return found ? " (found out)" : " (configured)";
  }

  private TextTable unknown(Instant now) {
    return new TextTable(
        List.of(
            new Column("UNKNOWN JOB", Kind.FLEXIBLE),
            new Column("SENT AGO", Kind.NUMBER),
            new Column("MODEL", Kind.TEXT)),
        ledger.unknown().stream()
            .limit(MOST_SHOWN)
            .map(
                job ->
                    List.of(job.jobKey(), Age.of(Duration.between(job.since(), now)), job.reqKey()))
            .toList());
  }
}
