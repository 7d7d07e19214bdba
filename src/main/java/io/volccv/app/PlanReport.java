package io.volccv.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.app.Plan.Action;
import io.volccv.app.Plan.Step;
import io.volccv.app.TextTable.Column;
import io.volccv.app.TextTable.Kind;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.Money;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code plan} prints: JSON for programs, a table for people. */
record PlanReport(List<Step> steps) {
  private static final JsonMapper JSON = new JsonMapper();

  List<String> lines(int width) {
    List<String> lines = new ArrayList<>();
    if (steps.isEmpty()) {
      lines.add("nothing is in the inbox");
      return lines;
    }
    lines.addAll(
        new TextTable(
                List.of(
                    new Column("INPUT", Kind.FLEXIBLE),
                    new Column("PROMPT", Kind.FLEXIBLE),
                    new Column("WHAT HAPPENS", Kind.FLEXIBLE),
                    new Column("PICTURES", Kind.NUMBER),
                    new Column("CNY", Kind.NUMBER)),
                steps.stream().map(PlanReport::cells).toList())
            .lines(width));
    lines.add("");
    steps.stream()
        .filter(step -> step.action() == Action.REFUSED)
        .forEach(step -> lines.add(DisplayText.oneLine(step.name() + ": " + step.why())));
    lines.add(summary());
    return lines;
  }

  private static List<String> cells(Step step) {
    boolean call = step.isCall();
    return List.of(
        step.name(),
        step.prompt(),
        step.action() == Action.REFUSED ? "is put away, see below" : step.why(),
        call ? Integer.toString(step.wish().maxImages()) : "-",
        call ? step.wish().worstCase().map(DemoReport::yuan).orElse("?") : "-");
  }

  private String summary() {
    return calls() + " of " + steps.size() + " would be sent" + price() + "; nothing was";
  }

  private String price() {
    String unknown = " at a price that is not known";
    if (calls() == 0) {
      return "";
    }
    if (unpriced() == calls()) {
      return "," + unknown;
    }
    String known = ", at most " + DemoReport.yuan(atMost()) + " CNY";
    return unpriced() == 0 ? known : known + " and " + unpriced() + unknown;
  }

  long calls() {
    return steps.stream().filter(Step::isCall).count();
  }

  /** How many pictures the calls may bring. */
  long images() {
    return wishes().stream().mapToLong(Wish::maxImages).sum();
  }

  /** What the calls may cost, as far as prices are known. */
  Money atMost() {
    return wishes().stream()
        .flatMap(wish -> wish.worstCase().stream())
        .reduce(Money.ZERO, Money::plus);
  }

  private long unpriced() {
    return wishes().stream().filter(wish -> wish.worstCase().isEmpty()).count();
  }

  private List<Wish> wishes() {
    return steps.stream().filter(Step::isCall).map(Step::wish).toList();
  }

  boolean anyRefused() {
    return steps.stream().anyMatch(step -> step.action() == Action.REFUSED);
  }

  String json() throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("calls", calls()).put("images", images()).put("cny", atMost().cny());
    report.put("unpriced", unpriced());
    ArrayNode inputs = report.putArray("inputs");
    for (Step step : steps) {
      Optional<Wish> wish = Optional.ofNullable(step.wish());
      inputs
          .addObject()
          .put("input", step.name())
          .put("prompt", step.prompt())
          .put("reqKey", wish.map(Wish::reqKey).orElse(null))
          .put("jobKey", wish.flatMap(Wish::jobKey).orElse(null))
          .put("action", step.action().name().toLowerCase(Locale.ROOT))
          .put("why", step.why())
          .put("images", wish.map(Wish::maxImages).orElse(null))
          .put("cny", wish.flatMap(Wish::worstCase).map(Money::cny).orElse(null));
    }
    return JSON.writeValueAsString(report);
  }
}
