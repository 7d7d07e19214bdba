package io.volccv.files;

import io.volccv.error.Printable;
import io.volccv.model.Job.Outcome;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An input that was put away, with what was noted of its failure. The note may lie on a server or
 * in a queue of strangers, so it is made fit to be shown, and nobody pays on its word: that is up
 * to the ledger.
 *
 * @param source what its source is called
 * @param outcome how its job ended
 * @param id what {@link ParkedInputs} knows it by
 * @param place where it lies, for people; where its note lies when it is gone
 * @param gone whether only the note is left
 * @param name its path below the inbox when it came, with {@code /}
 * @param type what went wrong, a simple class name
 * @param code the service's or gateway's code, null without one
 * @param stage where it went wrong
 * @param billed {@code no}, {@code yes} or {@code maybe}
 * @param jobKey null when it had none yet
 * @param time when it was put away
 */
public record ParkedInput(
    String source,
    Outcome outcome,
    String id,
    String place,
    boolean gone,
    String name,
    String type,
    @Nullable String code,
    String stage,
    String billed,
    @Nullable String jobKey,
    Instant time) {

  private static final int MAX_TEXT = 100;

  public ParkedInput {
    type = Printable.shorten(type, MAX_TEXT);
    code = code == null ? null : Printable.shorten(code, MAX_TEXT);
    stage = Printable.shorten(stage, MAX_TEXT);
    billed = Set.of("no", "yes").contains(billed) ? billed : "maybe";
  }
}
