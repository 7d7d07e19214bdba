package io.volccv.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.CvException;
import io.volccv.error.IoReason;
import io.volccv.error.Printable;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/** Writes {@code <input>.error.json}: why an input ended in this folder. */
public final class ErrorFile {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TEXT = 1_000;

  private ErrorFile() {}

  /** Writes the file whole or not at all, and makes its folder. */
  public static void write(Path file, Exchange exchange, Throwable reason, Instant now)
      throws IOException {
    Map<String, Object> fields = fields(exchange, reason, now);
    came(file, exchange).ifPresent(name -> fields.put("input", name));
    byte[] json = json(fields);
    Path parent = file.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    Path part = Files.createTempFile(parent, ".error-", ".part");
    try {
      Files.write(part, json);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** What the file has to say. */
  static byte[] json(Exchange exchange, Throwable reason, Instant now) throws IOException {
    return json(fields(exchange, reason, now));
  }

  /** The same with the name that the input came with, when that can be one of an inbox. */
  static byte[] withInput(byte[] json, String name) throws IOException {
    if (!SafePath.isSafe(name)) {
      return json;
    }
    Map<String, Object> fields = JSON.readValue(json, new TypeReference<>() {});
    fields.put("input", name);
    return json(fields);
  }

  private static byte[] json(Map<String, Object> fields) throws IOException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(fields);
  }

  private static Map<String, Object> fields(Exchange exchange, Throwable wrapped, Instant now) {
    Throwable reason = unwrapped(wrapped);
    CvException known = reason instanceof CvException cv ? cv : null;
    CvResult paid = Inputs.delivery(exchange).result();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", reason.getClass().getSimpleName());
    fields.put("code", known == null ? null : known.getCode());
    fields.put("httpStatus", known == null ? 0 : known.getHttpStatus());
    fields.put("stage", known == null ? "route" : known.getStage());
    fields.put("requestId", paid != null ? paid.requestId() : requestId(known));
    fields.put("message", message(reason));
    fields.put("hint", hint(known, paid));
    fields.put("attempts", exchange.getProperty(Retries.ATTEMPTS, 1, Integer.class));
    fields.put("billed", billed(known, paid));
    fields.put("jobKey", exchange.getMessage().getHeader(JobKey.KEY, String.class));
    fields.put("time", now.toString());
    return fields;
  }

  /**
   * The name that the input came with, when it is put away under another one since that was taken:
   * the prompt may be made of the name.
   */
  private static Optional<String> came(Path file, Exchange exchange) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    if (job == null || !SafePath.repaired(job.name()).equals(job.name())) {
      return Optional.empty();
    }
    boolean same = file.endsWith(SafePath.with(job.name(), ".error.json"));
    return same ? Optional.empty() : Optional.of(job.name());
  }

  private static @Nullable String requestId(@Nullable CvException known) {
    return known == null ? null : known.getRequestId();
  }

  private static String hint(@Nullable CvException known, @Nullable CvResult paid) {
    if (known != null) {
      return known.getHint();
    }
    return paid == null
        ? "see the log"
        : "the picture was made and paid, but a sink failed: mend that, then put the input back;"
            + " a durable ledger has kept the picture and pays no other";
  }

  private static String billed(@Nullable CvException known, @Nullable CvResult paid) {
    if (paid != null) {
      return "yes";
    }
    return known == null ? "maybe" : known.getBilled();
  }

  private static String message(Throwable reason) {
    String text = String.valueOf(reason.getMessage());
    if (reason instanceof CvException) {
      return Printable.shorten(text, MAX_TEXT);
    }
    if (reason instanceof IOException io) {
      text = IoReason.of(io);
    } else if (reason.getCause() instanceof IOException io) {
      text += ": " + IoReason.withoutFile(io);
    } else if (reason.getMessage() == null) {
      text = reason.toString();
    }
    // Messages of others may show an endpoint with its password.
    return Printable.shorten(URISupport.sanitizeUri(text), MAX_TEXT);
  }

  /**
   * Without what Camel wraps around it: the root cause, or who could not read or write when that is
   * an {@link IOException}.
   */
  private static Throwable unwrapped(Throwable reason) {
    Throwable found = reason;
    while (!(found instanceof CvException)
        && found.getCause() != null
        && !(found.getCause() instanceof IOException)) {
      found = found.getCause();
    }
    return found;
  }
}
