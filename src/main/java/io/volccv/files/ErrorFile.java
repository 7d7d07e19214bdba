package io.volccv.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.CvException;
import io.volccv.error.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.util.URISupport;

/** Writes {@code <input>.error.json}: why an input ended in this folder. */
final class ErrorFile {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_TEXT = 1_000;

  private ErrorFile() {}

  /** Writes the file whole or not at all, and makes its folder. */
  static void write(Path file, Exchange exchange, Throwable reason, Instant now)
      throws IOException {
    byte[] json =
        JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(fields(exchange, reason, now));
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

  private static Map<String, Object> fields(Exchange exchange, Throwable reason, Instant now) {
    CvException known = reason instanceof CvException cv ? cv : null;
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", reason.getClass().getSimpleName());
    fields.put("code", known == null ? null : known.getCode());
    fields.put("httpStatus", known == null ? 0 : known.getHttpStatus());
    fields.put("stage", known == null ? "route" : known.getStage());
    fields.put("requestId", known == null ? null : known.getRequestId());
    fields.put("message", message(reason, known != null));
    fields.put("hint", known == null ? "see the log" : known.getHint());
    fields.put("attempts", exchange.getProperty(Retries.ATTEMPTS, 1, Integer.class));
    fields.put("billed", known == null ? "maybe" : known.getBilled());
    fields.put("jobKey", exchange.getMessage().getHeader(JobKey.KEY, String.class));
    fields.put("time", now.toString());
    return fields;
  }

  private static String message(Throwable reason, boolean ours) {
    String text = reason.getMessage() == null ? reason.toString() : reason.getMessage();
    // Messages of others may show an endpoint with its password.
    return Printable.shorten(ours ? text : URISupport.sanitizeUri(text), MAX_TEXT);
  }
}
