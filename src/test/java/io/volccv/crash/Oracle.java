package io.volccv.crash;

import io.volccv.crash.Service.Post;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what the service charged with what lies in the folders. The ledger's word is compared
 * too, and never trusted.
 */
final class Oracle {

  /** Faults after which nobody can know whether the call was executed. */
  private static final Set<String> DOUBTFUL =
      Set.of(
          "cut-before",
          "cut-after-billing",
          "cut-reply",
          "half",
          "garbage",
          "trickle",
          "status",
          "html");

  /** Those that cut a connection. */
  private static final Set<String> CUTS =
      Set.of("cut-before", "cut-after-billing", "cut-reply", "half");

  private final Scene scene;
  private final List<String> wrong = new ArrayList<>();
  private final Figures figures = new Figures();

  private Oracle(Scene scene) {
    this.scene = scene;
  }

  /** What was counted. */
  static final class Figures {
    int jobs;
    int posts;
    int bills;
    int cuts;
    int doubtful;
    int delivered;
    int parked;
    int kept;
    int unknown;
    int unknownTasks;
    int tasks;
    int lost;
    int paidTwice;
  }

  /** The verdict. */
  record Report(Figures figures, List<String> wrong) {}

  /** Looks at everything, when no process works any more. */
  static Report look(Scene scene) throws Exception {
    Oracle oracle = new Oracle(scene);
    oracle.look();
    return new Report(oracle.figures, List.copyOf(oracle.wrong));
  }

  private void look() throws IOException, InterruptedException, SQLException {
    Map<String, List<Post>> bill = scene.service().bill();
    Map<String, Set<String>> made = scene.service().made();
    Map<String, String> rows = scene.rows();
    Set<String> kept = scene.kept();
    Set<String> waiting = scene.in("inbox");
    Set<String> parked = new HashSet<>(scene.in("unknown"));
    parked.addAll(scene.in("failed"));
    for (String id : scene.jobs()) {
      look(
          id,
          bill.getOrDefault(id, List.of()),
          made.getOrDefault(id, Set.of()),
          rows.getOrDefault(id, ""),
          kept,
          waiting.contains(id),
          parked.contains(id));
    }
  }

  private void look(
      String id,
      List<Post> posts,
      Set<String> made,
      String row,
      Set<String> kept,
      boolean waits,
      boolean isParked)
      throws IOException {
    figures.jobs++;
    figures.posts += posts.size();
    figures.tasks += posts.stream().anyMatch(post -> post.action().contains("Submit")) ? 1 : 0;
    long paid = posts.stream().filter(post -> post.images() > 0).count();
    figures.bills += (int) paid;
    figures.cuts += (int) posts.stream().filter(post -> CUTS.contains(post.fault())).count();
    figures.doubtful +=
        (int) posts.stream().filter(post -> DOUBTFUL.contains(post.fault())).count();
    if (paid > 1) {
      figures.paidTwice++;
      wrong(id, "was paid " + paid + " times: " + posts, row);
    }
    boolean isDelivered = isDelivered(id, made, row);
    boolean isKept = row.equals("DONE") && kept.stream().anyMatch(made::contains);
    figures.delivered += isDelivered ? 1 : 0;
    figures.parked += isParked && !row.equals("UNKNOWN") && !isDelivered ? 1 : 0;
    figures.kept += isKept && !isDelivered ? 1 : 0;
    if (paid > 0 && !isDelivered && !isKept && !row.equals("UNKNOWN")) {
      wrong(id, "was paid, and is neither delivered nor kept nor unknown", row);
    }
    if (!waits && !isDelivered && !isParked) {
      wrong(id, "was acknowledged, and is neither delivered nor parked", row);
    }
    if (isDelivered && paid == 0) {
      wrong(id, "was delivered, and never paid", row);
    }
    if (Set.of("CLAIMED", "SENT", "TASK", "ANSWERED").contains(row)) {
      wrong(id, "is still under way", row);
    }
    if (row.equals("LOST")) {
      figures.lost++;
      wrong(id, "is lost", row);
    }
    if (row.equals("UNKNOWN")) {
      unknown(id, posts);
    }
  }

  private void unknown(String id, List<Post> posts) {
    figures.unknown++;
    boolean wasCut = posts.stream().anyMatch(post -> DOUBTFUL.contains(post.fault()));
    figures.unknownTasks +=
        posts.stream().anyMatch(post -> post.action().contains("Submit")) && !wasCut ? 1 : 0;
    if (!wasCut && !scene.underWay().contains(id)) {
      wrong(id, "is unknown, and nothing died or was cut while it was sent: " + posts, "UNKNOWN");
    }
  }

  /** In both sinks, and the same picture, and one that was made for this job. */
  private boolean isDelivered(String id, Set<String> made, String row) throws IOException {
    String first = scene.delivered("first", id);
    String second = scene.delivered("second", id);
    for (String one : List.of(first, second)) {
      if (!one.isEmpty() && !made.contains(one)) {
        wrong(id, "has a picture that is not its own", row);
      }
    }
    if (!first.isEmpty() && !second.isEmpty() && !first.equals(second)) {
      wrong(id, "has two different pictures", row);
    }
    return !first.isEmpty() && !second.isEmpty();
  }

  private void wrong(String id, String what, String row) {
    wrong.add(id + " " + what + " [" + row + "]");
  }
}
