package io.volccv.ledger;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.JobInProgressException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnreachableException;
import org.jspecify.annotations.Nullable;

/** What a ledger says when it does not admit. */
final class Refusals {

  private static final String STAGE = "ledger";

  private Refusals() {}

  static ThrottledException full(int maxWaiting) {
    return new ThrottledException(
        "more than " + maxWaiting + " calls wait for a permit",
        new CvError(
            null, 0, null, "queue", true, Billed.NO, null, "raise maxWaiting, or read less ahead"),
        null);
  }

  static InvalidRequestException otherRequest(String label) {
    String hint = "a job key names one picture: use another key, or none";
    return new InvalidRequestException(
        "the job key " + label + " was used for another request; " + hint,
        CvError.before(STAGE, hint),
        null);
  }

  static InvalidRequestException emptyKey() {
    String hint = "name the picture, or leave the job key out";
    return new InvalidRequestException(
        "the job key is empty; " + hint, CvError.before(STAGE, hint), null);
  }

  static InvalidRequestException poison(String label, int crashes) {
    String hint = "look at the input; replay sends it again";
    return new InvalidRequestException(
        "the process died " + crashes + " times while it sent " + label + "; " + hint,
        CvError.before(STAGE, hint),
        null);
  }

  static JobInProgressException elsewhere(String label) {
    return new JobInProgressException(
        "another process works on the job " + label + " for long",
        new CvError(null, 0, null, STAGE, true, Billed.NO, null, "ask again later"),
        null);
  }

  static JobInProgressException deliveredMeanwhile() {
    return new JobInProgressException(
        "the pictures were delivered for somebody else who asked for the same job",
        new CvError(null, 0, null, STAGE, true, Billed.NO, null, "ask again"),
        null);
  }

  static JobInProgressException keptElsewhere(String label, String folder) {
    String hint = "bring the input to the machine that has them, or share the spool folder";
    return new JobInProgressException(
        "the pictures of the job " + label + " are kept in " + folder + ", not here; " + hint,
        new CvError(null, 0, null, STAGE, true, Billed.NO, null, hint),
        null);
  }

  static UnreachableException fenced(String label) {
    return new UnreachableException(
        "the call was not sent: this process was away for so long that the job "
            + label
            + " was taken from it",
        new CvError(null, 0, null, STAGE, true, Billed.NO, null, "try again"),
        null);
  }

  static UnreachableException unavailable(@Nullable Throwable cause) {
    return new UnreachableException(
        "the call was not sent: the ledger does not work for now",
        new CvError(null, 0, null, STAGE, true, Billed.NO, null, "see the log"),
        cause);
  }

  static UnreachableException ended() {
    return new UnreachableException(
        "the call was not sent: the ledger is closed",
        new CvError(null, 0, null, "stop", true, Billed.NO, null, "try again after the restart"),
        null);
  }

  /** A process died, or was killed, after all of the request may have left. */
  static OutcomeUnknownException died() {
    String hint = "look into the bill; replay --unknown --resend pays perhaps once more";
    return new OutcomeUnknownException(
        "the process died after the call was sent and before its answer was kept; " + hint,
        new CvError(null, 0, null, STAGE, false, Billed.MAYBE, null, hint),
        null);
  }

  static OutcomeUnknownException gone(String label) {
    String hint = "restore the spool folder, or ask the vendor with the request id";
    return new OutcomeUnknownException(
        "the pictures of the job " + label + " were paid and are gone from the spool; " + hint,
        new CvError(null, 0, null, "spool", false, Billed.YES, null, hint),
        null);
  }
}
