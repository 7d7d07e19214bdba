package io.volccv.files;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An input that was put away, as its {@code .error.json} tells.
 *
 * @param input null when it is gone, and only its error file is left
 * @param error its error file
 * @param name its path below the inbox when it came, with {@code /}
 * @param type what went wrong, a simple class name
 * @param code the service's or gateway's code, null without one
 * @param stage where it went wrong
 * @param billed {@code no}, {@code yes} or {@code maybe}
 * @param jobKey null when it had none yet
 * @param time when it was put away
 */
public record ParkedInput(
    @Nullable Path input,
    Path error,
    String name,
    String type,
    @Nullable String code,
    String stage,
    String billed,
    @Nullable String jobKey,
    Instant time) {}
