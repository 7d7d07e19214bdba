package io.volccv.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.app.ReplayPlan.Action;
import io.volccv.app.ReplayPlan.Step;
import io.volccv.app.TextTable.Column;
import io.volccv.app.TextTable.Kind;
import io.volccv.files.ParkedInput;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What {@code replay} prints: JSON for programs, a table for people. */
record ReplayReport(Home home, List<Step> steps, Instant now) {
  private static final JsonMapper JSON = new JsonMapper();

  List<String> lines(int width) {
    return new TextTable(
            List.of(
                new Column("NAME", Kind.FLEXIBLE),
                new Column("CODE", Kind.TEXT),
                new Column("AGE", Kind.NUMBER),
                new Column("BILLED", Kind.TEXT),
                new Column("WHAT HAPPENS", Kind.FLEXIBLE)),
            steps.stream().map(this::cells).toList())
        .lines(width);
  }

  private List<String> cells(Step step) {
    ParkedInput parked = step.parked();
    return List.of(
        place(parked),
        parked.code() == null ? parked.type() : parked.code(),
        Age.of(Duration.between(parked.time(), now)),
        parked.billed(),
        word(step) + ": " + step.why());
  }

  /** Of what lies below the home as the operator knows it. */
  private String place(ParkedInput parked) {
    String below = home.folder() + File.separator;
    return parked.place().startsWith(below)
        ? parked.place().substring(below.length())
        : parked.place();
  }

  private static String word(Step step) {
    return step.action().name().toLowerCase(Locale.ROOT);
  }

  long count(Action action) {
    return steps.stream().filter(step -> step.action() == action).count();
  }

  /** How many go back, in any way. */
  long back() {
    return count(Action.BACK) + count(Action.RESEND);
  }

  String json(boolean dryRun) throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("dryRun", dryRun).put("back", back());
    report.put("stays", count(Action.STAYS)).put("refused", count(Action.REFUSED));
    ArrayNode inputs = report.putArray("inputs");
    for (Step step : steps) {
      ParkedInput parked = step.parked();
      inputs
          .addObject()
          .put("name", parked.name())
          .put("source", parked.source())
          .put("state", parked.outcome().name().toLowerCase(Locale.ROOT))
          .put("file", place(parked))
          .put("type", parked.type())
          .put("code", parked.code())
          .put("time", parked.time().toString())
          .put("billed", parked.billed())
          .put("jobKey", parked.jobKey())
          .put("job", step.standing().name())
          .put("action", word(step))
          .put("why", step.why());
    }
    return JSON.writeValueAsString(report);
  }
}
