package io.volccv.service;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.files.JobReader;
import io.volccv.model.MediaFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Reads the job of a request. Pictures go to the disk as they come, also those that are base64 in a
 * JSON; on the heap is nothing but the job's fields.
 */
final class RequestReader {
  private static final String PICTURES = "pictures";
  private static final int MAX_FIELDS_BYTES = 512 * 1024;
  private static final int MAX_PARTS = 120;
  private static final int MAX_PART_HEADERS = 4 * 1024;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(50)
                  .maxStringLength(MAX_FIELDS_BYTES)
                  .build())
          .build();

  private final JobReader reader;
  private final long maxBytes;

  /**
   * @param maxBytes of a request
   */
  RequestReader(JobReader reader, long maxBytes) {
    this.reader = reader;
    this.maxBytes = maxBytes;
  }

  /**
   * @param folder an empty one, for the pictures
   * @throws Problem when it is no job
   */
  JobRequest read(Request request, Path folder) throws IOException, Problem {
    if (request.getLength() > maxBytes) {
      throw tooLarge();
    }
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    String media =
        type == null ? "" : type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    Uploads uploads = new Uploads(folder);
    try {
      Map<String, Object> values =
          switch (media) {
            case "application/json" -> json(body(request), uploads);
            case "multipart/form-data" -> multipart(request, String.valueOf(type), uploads);
            case "application/octet-stream" -> raw(request, uploads);
            default -> {
              if (!media.startsWith("image/")) {
                throw new Problem(
                    415, "send application/json, multipart/form-data or a picture (image/png ...)");
              }
              yield raw(request, uploads);
            }
          };
      return new JobRequest(values, uploads.files());
    } catch (InvalidRequestException e) {
      throw new Problem(400, String.valueOf(e.getMessage()), e);
    }
  }

  private Problem tooLarge() {
    return new Problem(413, "a request may have " + maxBytes + " bytes (http.maxBytes)");
  }

  private InputStream body(Request request) {
    return new LimitedStream(Content.Source.asInputStream(request), maxBytes);
  }

  /** The whole body is the picture; the job's fields are in the query, as in a row of a table. */
  private Map<String, Object> raw(Request request, Uploads uploads) throws IOException, Problem {
    Map<String, String> row = new LinkedHashMap<>();
    for (Fields.Field field : query(request)) {
      if (!field.getName().equals("wait")) {
        row.put(field.getName(), field.getValue());
      }
    }
    List<Object> pictures = new ArrayList<>();
    try (InputStream in = body(request)) {
      pictures.add(uploads.add(in::transferTo));
    } catch (TooLargeException e) {
      throw new Problem(413, tooLarge().getMessage(), e);
    }
    return withPictures(reader.row(row), pictures);
  }

  private static Fields query(Request request) throws Problem {
    try {
      return Request.extractQueryParameters(request, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Problem(400, "the query cannot be read", e);
    }
  }

  private Map<String, Object> multipart(Request request, String type, Uploads uploads)
      throws IOException, Problem {
    if (MultiPart.extractBoundary(type) == null) {
      throw new Problem(400, "multipart/form-data without a boundary");
    }
    MultiPartConfig config =
        new MultiPartConfig.Builder()
            .location(uploads.folder)
            .maxMemoryPartSize(0)
            .useFilesForPartsWithoutFileName(true)
            .maxPartSize(maxBytes)
            .maxSize(maxBytes)
            .maxParts(MAX_PARTS)
            .maxHeadersSize(MAX_PART_HEADERS)
            .build();
    try (MultiPartFormData.Parts parts =
        MultiPartFormData.getParts(request, request, type, config)) {
      return ofParts(parts, uploads);
    } catch (CompletionException e) {
      if (Request.getContentBytesRead(request) > maxBytes) {
        throw new Problem(413, tooLarge().getMessage(), e);
      }
      throw new Problem(
          400, "the parts cannot be read: " + Printable.shorten(text(e.getCause()), 200), e);
    }
  }

  private Map<String, Object> ofParts(MultiPartFormData.Parts parts, Uploads uploads)
      throws IOException, Problem {
    Map<String, Object> values = new LinkedHashMap<>();
    Map<String, String> row = new LinkedHashMap<>();
    List<Object> pictures = new ArrayList<>();
    for (MultiPart.Part part : parts) {
      String name = String.valueOf(part.getName());
      String type = part.getHeaders().get(HttpHeader.CONTENT_TYPE);
      if (name.equals("picture") || name.equals(PICTURES)) {
        try (InputStream in = Content.Source.asInputStream(part.newContentSource(null, 0, -1))) {
          pictures.add(uploads.add(in::transferTo));
        }
      } else if (part.getFileName() != null && !name.equals("job")) {
        throw new Problem(
            400, "the part " + Printable.shorten(name, 80) + " has a file; call it picture");
      } else if (part.getLength() > MAX_FIELDS_BYTES) {
        throw new Problem(413, "the part " + Printable.shorten(name, 80) + " is too large");
      } else if (name.equals("job") || (type != null && type.startsWith("application/json"))) {
        values.putAll(reader.values(part.getContentAsString(StandardCharsets.UTF_8)));
      } else {
        row.put(name, part.getContentAsString(StandardCharsets.UTF_8));
      }
    }
    values.putAll(reader.row(row));
    return withPictures(values, pictures);
  }

  /** Those that came along first, then those that the job names. */
  private static Map<String, Object> withPictures(Map<String, Object> values, List<Object> pictures)
      throws Problem {
    Map<String, Object> all = new LinkedHashMap<>(values);
    List<Object> together = new ArrayList<>(pictures);
    for (Object named : values.get(PICTURES) instanceof List<?> list ? list : List.of()) {
      together.add(
          named instanceof Map<?, ?> map && map.get("file") instanceof String file
              ? Map.of("file", own(file))
              : named);
    }
    if (!together.isEmpty()) {
      all.put(PICTURES, together);
    }
    return all;
  }

  /** Copies the JSON but for the base64 of its pictures, which is decoded into files. */
  private Map<String, Object> json(InputStream body, Uploads uploads) throws IOException, Problem {
    StringWriter fields = new StringWriter();
    try (InputStream in = body;
        JsonParser parser = JSON.createParser(in);
        JsonGenerator copy = JSON.createGenerator(fields)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING && isBase64OfPicture(parser)) {
          Map<String, String> file =
              uploads.add(out -> parser.readBinaryValue(Base64Variants.MIME_NO_LINEFEEDS, out));
          copy.writeString(file.get("file"));
        } else if (token == JsonToken.FIELD_NAME && isField(parser, "base64")) {
          copy.writeFieldName("file");
        } else if (token == JsonToken.FIELD_NAME && isField(parser, "file")) {
          copy.writeFieldName("named"); // no upload, whatever it is called
        } else {
          copy.copyCurrentEvent(parser);
        }
        copy.flush();
        if (fields.getBuffer().length() > MAX_FIELDS_BYTES) {
          throw new Problem(413, "the job without its pictures is too large");
        }
      }
    } catch (TooLargeException e) {
      throw new Problem(413, tooLarge().getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new Problem(
          400, "the job is not valid JSON: " + Printable.shorten(e.getOriginalMessage(), 200), e);
    } catch (IllegalArgumentException e) {
      throw new Problem(400, "base64 of a picture is none", e);
    }
    Map<String, Object> values = reader.values(fields.toString());
    return withNamed(values);
  }

  private static Map<String, Object> withNamed(Map<String, Object> values) throws Problem {
    if (values.get(PICTURES) instanceof List<?> pictures) {
      List<Object> all = new ArrayList<>();
      for (Object picture : pictures) {
        all.add(
            picture instanceof Map<?, ?> map && map.get("named") instanceof String name
                ? Map.of("file", own(name))
                : picture);
      }
      values.put(PICTURES, all);
    }
    return values;
  }

  /** A file of the shared root; what others have uploaded is theirs. */
  private static String own(String name) throws Problem {
    if (name.startsWith(Uploads.PREFIX) || name.replace('\\', '/').matches("(\\./)*http(/.*)?")) {
      throw new Problem(400, "pictures.file may not be an upload; send the picture again");
    }
    return name;
  }

  private static boolean isBase64OfPicture(JsonParser parser) throws IOException {
    return "base64".equals(parser.currentName()) && isInPicture(parser);
  }

  private static boolean isField(JsonParser parser, String name) throws IOException {
    return name.equals(parser.currentName()) && isInPicture(parser);
  }

  /** {@code pictures[*].x}: an object in an array in the field {@code pictures} of the root. */
  private static boolean isInPicture(JsonParser parser) {
    var object = parser.getParsingContext();
    var array = object.getParent();
    var root = array == null ? null : array.getParent();
    return object.inObject()
        && array != null
        && array.inArray()
        && root != null
        && root.inObject()
        && PICTURES.equals(root.getCurrentName())
        && root.getParent() != null
        && root.getParent().inRoot();
  }

  private static String text(@Nullable Throwable failure) {
    return failure == null || failure.getMessage() == null ? "malformed" : failure.getMessage();
  }

  /** The pictures that came along, numbered. */
  private static final class Uploads {

    /** No file of a client can be called so: a name of the schema has no such character. */
    static final String PREFIX = "\u0000upload-";

    private final Path folder;
    private final Map<String, Path> files = new LinkedHashMap<>();

    Uploads(Path folder) {
      this.folder = folder;
    }

    interface Source {
      void to(OutputStream out) throws IOException;
    }

    Map<String, String> add(Source source) throws IOException, Problem {
      int number = files.size() + 1;
      Path part = folder.resolve("upload-" + number);
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 64 * 1024)) {
        source.to(out);
      }
      MediaFormat format = format(part);
      if (format == MediaFormat.UNKNOWN) {
        throw new Problem(400, "picture " + number + " is none; send a JPEG or PNG");
      }
      Path file = folder.resolve(number + "." + format.extension());
      Files.move(part, file);
      Disk.sync(file);
      files.put(PREFIX + number, file);
      return Map.of("file", PREFIX + number);
    }

    Map<String, Path> files() {
      return files;
    }

    private static MediaFormat format(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] head = in.readNBytes(MediaFormat.PROBE_BYTES);
        return MediaFormat.of(head, head.length);
      }
    }
  }

  /** A body without a length that does not end. */
  private static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class LimitedStream extends java.io.FilterInputStream {
    private long left;

    LimitedStream(InputStream in, long most) {
      super(in);
      this.left = most;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = in.read(bytes, from, length);
      left -= Math.max(0, n);
      if (left < 0) {
        throw new TooLargeException();
      }
      return n;
    }
  }
}
