package io.volccv.component;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.client.ModelCatalog;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.model.MapFile;
import io.volccv.model.Spool;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads a message into a request.
 *
 * <p><b>Body in:</b> a String is the prompt, unless Content-Type is JSON (never a path or a URL); a
 * Map, a JsonNode or JSON text are parameters; {@code byte[]}, a stream, a file, a {@code CvImage}
 * or a List of them are pictures; null is none of these.
 *
 * <p><b>Headers:</b> those of {@link VolcCvConstants}.
 *
 * <p><b>Order of parameters</b>, later wins: the file or Map of {@code params}, {@code param.*},
 * the option {@code prompt}, the body, {@code CamelVolcCvParams}, {@code CamelVolcCvPrompt}.
 */
final class MessageReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQ_KEY = "req_key";
  private static final int COPY_BYTES = 16 * 1024;
  private static final String SPOOLED = "CamelVolcCvSpooled";

  /** A body that could be read only once, and the copy of it. */
  private record Spooled(Object body, Spool.Stored stored) {}

  private final String reqKey;
  private final Map<String, Object> optionParams;
  private final MessageParams messageParams;
  private final ModelCatalog models;
  private final @Nullable Expression prompt;
  private final @Nullable Expression jobKey;
  private final Spool spool;

  /**
   * @param optionParams what the endpoint's options set
   * @param prompt the option {@code prompt}, null without one
   * @param jobKey the option {@code jobKey}, null without one
   * @param spool keeps what can be read only once
   */
  MessageReader(
      String reqKey,
      ModelCatalog models,
      Map<String, Object> optionParams,
      MessageParams messageParams,
      @Nullable Expression prompt,
      @Nullable Expression jobKey,
      Spool spool) {
    this.reqKey = reqKey;
    this.optionParams = optionParams;
    this.messageParams = messageParams;
    this.models = models;
    this.prompt = prompt;
    this.jobKey = jobKey;
    this.spool = spool;
  }

  CvRequest read(Exchange exchange) throws IOException {
    Message message = exchange.getMessage();
    Map<String, Object> fromMessage = new LinkedHashMap<>();
    List<Content> pictures = new ArrayList<>();
    String promptBody = readBody(exchange, message.getBody(), fromMessage, pictures);
    fromMessage.putAll(paramsHeader(message));
    String key = chosenKey(fromMessage);
    String promptField = models.get(key).promptField();
    if (promptBody != null) {
      fromMessage.putIfAbsent(promptField, promptBody);
    }
    String promptHeader = message.getHeader(VolcCvConstants.PROMPT, String.class);
    if (promptHeader != null) {
      fromMessage.put(promptField, promptHeader);
    }
    messageParams.check(fromMessage, promptField);

    Map<String, Object> params = new LinkedHashMap<>(optionParams);
    if (prompt != null) {
      params.put(promptField, prompt.evaluate(exchange, String.class));
    }
    params.putAll(fromMessage);
    params.remove(REQ_KEY);
    DataUrls.refuse(params);
    Optional<String> route = Optional.ofNullable(exchange.getFromRouteId());
    return new CvRequest(key, params, pictures, jobKey(exchange, jobKey), route);
  }

  /** The model decides which field takes the prompt, so it must be known first. */
  private String chosenKey(Map<String, Object> fromMessage) {
    Object chosen = fromMessage.getOrDefault(REQ_KEY, optionParams.get(REQ_KEY));
    return chosen == null ? reqKey : chosen.toString();
  }

  /**
   * The job key of a message: the header, else the option; none when neither is there.
   *
   * @throws InvalidRequestException when it is there and empty: a route that names a key wants the
   *     picture to be protected
   */
  static Optional<String> jobKey(Exchange exchange, @Nullable Expression option) {
    String key = exchange.getMessage().getHeader(VolcCvConstants.JOB_KEY, String.class);
    if (key == null && option != null) {
      key = requireNonNullElse(option.evaluate(exchange, String.class), "");
    }
    if (key != null && key.isBlank()) {
      String hint = "name the picture, or leave the job key out";
      throw new InvalidRequestException(
          "the job key is empty; " + hint, CvError.before("message", hint), null);
    }
    return Optional.ofNullable(key);
  }

  /** Fills parameters and pictures; returns the prompt when the body is one, else null. */
  private @Nullable String readBody(
      Exchange exchange, @Nullable Object body, Map<String, Object> params, List<Content> pictures)
      throws IOException {
    if (body instanceof String text && !isJson(exchange.getMessage())) {
      return text;
    }
    if (body == null) {
      return null;
    }
    if (body instanceof Map<?, ?> map) {
      params.putAll(fields(map, "the body"));
    } else if (body instanceof JsonNode json) {
      params.putAll(jsonText(JSON.writeValueAsString(json), "the body"));
    } else if (isJson(exchange.getMessage())) {
      params.putAll(jsonText(exchange.getMessage().getBody(String.class), "the body"));
    } else if (body instanceof List<?> list) {
      for (Object element : list) {
        pictures.add(picture(exchange, element));
      }
    } else {
      pictures.add(picture(exchange, body));
    }
    return null;
  }

  private static boolean isJson(Message message) {
    String type = message.getHeader(Exchange.CONTENT_TYPE, String.class);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json");
  }

  private static Map<String, Object> paramsHeader(Message message) {
    Object header = message.getHeader(VolcCvConstants.PARAMS);
    if (header == null) {
      return Map.of();
    }
    return header instanceof Map<?, ?> map
        ? fields(map, "the header " + VolcCvConstants.PARAMS)
        : jsonText(header.toString(), "the header " + VolcCvConstants.PARAMS);
  }

  private static Map<String, Object> jsonText(String text, String where) {
    try {
      return MapFile.parseJson(text);
    } catch (IllegalArgumentException e) {
      throw unusable(where, e);
    }
  }

  private static Map<String, Object> fields(Map<?, ?> map, String where) {
    try {
      return MapFile.textKeys(map);
    } catch (IllegalArgumentException e) {
      throw unusable(where, e);
    }
  }

  private static InvalidRequestException unusable(String where, IllegalArgumentException cause) {
    return new InvalidRequestException(
        where + " " + cause.getMessage(),
        CvError.before("message", "write {\"name\": value}"),
        cause);
  }

  private Content picture(Exchange exchange, @Nullable Object body) throws IOException {
    if (body instanceof byte[] bytes) {
      return Content.of(bytes);
    }
    if (body instanceof Content content) {
      return content;
    }
    if (body instanceof Path path) {
      return file(path);
    }
    if (body instanceof File file) {
      return file(file.toPath());
    }
    if (body instanceof WrappedFile<?> wrapped) {
      Object file = wrapped.getFile();
      return picture(exchange, file instanceof File ? file : wrapped.getBody());
    }
    if (body instanceof StreamCache || body instanceof InputStream) {
      return spooled(exchange, body);
    }
    String type = body == null ? "null" : body.getClass().getName();
    throw new InvalidRequestException(
        "a body of type " + type + " is no picture",
        CvError.before(
            "message",
            "send a String (prompt), a Map (parameters), or byte[], a stream or a file (pictures)"),
        null);
  }

  private static Content file(Path file) {
    try {
      return Content.of(file);
    } catch (IOException e) {
      throw new InvalidRequestException(
          "the picture cannot be read: " + e.getMessage(),
          CvError.before("input", "check the file and its permissions"),
          e);
    }
  }

  /**
   * A stream can be read once, a signed call reads twice, and a redelivered one again: the copy is
   * remembered in the exchange, since a redelivery brings the same stream back, read to its end.
   */
  private Content spooled(Exchange exchange, Object body) throws IOException {
    Spooled known = exchange.getProperty(SPOOLED, Spooled.class);
    if (known != null && known.body() == body) {
      return known.stored();
    }
    Spool.Writer writer = spool.create();
    try {
      if (body instanceof StreamCache cache) {
        cache.reset();
        cache.writeTo(new SpoolStream(writer));
        cache.reset();
      } else {
        copy((InputStream) body, writer);
      }
      Spool.Stored stored = writer.finish();
      WhenDone.run(exchange, stored::release);
      exchange.setProperty(SPOOLED, new Spooled(body, stored));
      return stored;
    } finally {
      writer.discard();
    }
  }

  private static void copy(InputStream in, Spool.Writer writer) throws IOException {
    byte[] block = new byte[COPY_BYTES];
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      writer.write(ByteBuffer.wrap(block, 0, count));
    }
  }
}
