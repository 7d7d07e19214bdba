package io.volccv.app;

import io.volccv.files.ParkedInput;
import io.volccv.files.ParkedInputs;
import io.volccv.ledger.JobReleases;
import io.volccv.ledger.JobReleases.Standing;
import io.volccv.model.Job.Outcome;
import java.util.Optional;

/**
 * What replay does with one input that was put away. The ledger decides, and not the folder: the
 * same folder holds inputs that cost nothing, and inputs that are perhaps paid.
 */
final class ReplayPlan {

  /** What happens. */
  enum Action {
    /** It goes back to its source. */
    BACK,
    /** The same, after an operator said that it may be paid once more. */
    RESEND,
    /** It stays where it is, since it is perhaps paid. */
    STAYS,
    /** It cannot go back now. */
    REFUSED
  }

  /**
   * One input, and what happens to it.
   *
   * @param standing how its job stands
   * @param release whether its job's row must be released first
   * @param why what comes of it, or why nothing does
   */
  record Step(ParkedInput parked, Standing standing, Action action, boolean release, String why) {

    Step refused(String reason) {
      return new Step(parked, standing, Action.REFUSED, false, reason);
    }

    /** Whether it was, or may have been, paid, without a picture that is kept. */
    boolean perhapsPaid() {
      return action == Action.RESEND || action == Action.STAYS;
    }
  }

  private final Optional<JobReleases> ledger;
  private final boolean resend;

  /**
   * @param ledger empty for one that outlives no app
   * @param resend whether the operator says that what is perhaps paid may be sent again
   */
  ReplayPlan(Optional<JobReleases> ledger, boolean resend) {
    this.ledger = ledger;
    this.resend = resend;
  }

  Step step(ParkedInput parked, ParkedInputs place) {
    Standing standing = standing(parked);
    Step step = decided(parked, standing);
    return step.action() == Action.REFUSED
        ? step
        : place.obstacle(parked).map(step::refused).orElse(step);
  }

  private Standing standing(ParkedInput parked) {
    return parked.jobKey() == null
        ? Standing.NONE
        : ledger.map(open -> open.standing(parked.jobKey())).orElse(Standing.NONE);
  }

  private Step decided(ParkedInput parked, Standing standing) {
    return switch (standing) {
      case NONE -> notKnown(parked);
      case UNDER_WAY -> refused(parked, standing, "its job is under way");
      case ABANDONED ->
          refused(
              parked,
              standing,
              "the app died while its job was under way; start the app, which finds out more");
      case RESUMES -> back(parked, standing, "goes on where it was, nothing is paid anew");
      case DONE -> back(parked, standing, "its kept picture is delivered, nothing is paid");
      case DELIVERED -> back(parked, standing, "was delivered before, nothing is paid");
      case FAILED -> new Step(parked, standing, Action.BACK, true, "is sent again");
      case UNKNOWN ->
          perhapsPaid(parked, standing, "perhaps paid", "is sent again, perhaps paid twice");
      case LOST ->
          perhapsPaid(parked, standing, "paid, and its picture is gone", "is paid once more");
    };
  }

  /**
   * A ledger that outlives the app never forgets what is perhaps paid; without its word that of the
   * error file counts.
   */
  private Step notKnown(ParkedInput parked) {
    boolean neverPaid =
        (ledger.isPresent() && parked.jobKey() != null) || parked.billed().equals("no");
    return neverPaid && parked.outcome() != Outcome.UNKNOWN
        ? back(parked, Standing.NONE, "is sent")
        : perhapsPaid(
            parked,
            Standing.NONE,
            "perhaps paid, and the ledger does not know it",
            "is sent again, perhaps paid twice");
  }

  private Step perhapsPaid(ParkedInput parked, Standing standing, String why, String then) {
    return resend
        ? new Step(parked, standing, Action.RESEND, standing != Standing.NONE, then)
        : new Step(
            parked, standing, Action.STAYS, false, why + "; --unknown --resend sends it again");
  }

  private static Step back(ParkedInput parked, Standing standing, String why) {
    return new Step(parked, standing, Action.BACK, false, why);
  }

  private static Step refused(ParkedInput parked, Standing standing, String why) {
    return new Step(parked, standing, Action.REFUSED, false, why);
  }
}
