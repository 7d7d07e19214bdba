package io.volccv.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The known {@code req_key}s. A new model is a new entry in a file, never a line of Java.
 *
 * <p>An entry with {@code like} is a merge patch (RFC 7396) of the entry that it names; the entry
 * {@code *} says what all models take.
 */
public final class ModelCatalog {

  private static final String ALL = "*";
  private static final String LIKE = "like";
  private static final String SOURCE = "source";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();
  private static final ObjectReader SPEC = JSON.readerFor(ModelSpec.class);

  /** Without {@code like}, in the order of the files. */
  private final Map<String, ObjectNode> entries;

  private final Map<String, ModelSpec> models;

  private ModelCatalog(Map<String, ObjectNode> entries) {
    this.entries = entries;
    Map<String, ModelSpec> specs = new LinkedHashMap<>();
    entries.forEach(
        (key, entry) -> {
          if (!key.equals(ALL)) {
            specs.put(key, spec(key, patched(common(entries), entry)));
          }
        });
    this.models = Collections.unmodifiableMap(specs);
  }

  private static ObjectNode common(Map<String, ObjectNode> entries) {
    ObjectNode common = entries.get(ALL);
    return common == null ? JSON.createObjectNode() : common.deepCopy();
  }

  /** The models that come with the library. */
  public static ModelCatalog shipped() {
    try (InputStream file = ModelCatalog.class.getResourceAsStream("models.json")) {
      if (file == null) {
        throw new IllegalStateException("models.json is missing from the jar");
      }
      return new ModelCatalog(new LinkedHashMap<>()).with("models.json of camel-volccv", file);
    } catch (IOException e) {
      throw new IllegalStateException("models.json of the jar cannot be read", e);
    }
  }

  /**
   * These models and those of {@code file}, which win. An entry that is null forgets a model.
   *
   * @throws IllegalArgumentException when the file is not as it should be; says where, and what to
   *     write
   */
  public ModelCatalog with(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return with(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(file + ": there is no such file; write file:NAME", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + ": cannot be read: " + e.getMessage() + "; check the file and its permissions", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private ModelCatalog with(String name, InputStream file) throws IOException {
    Map<String, JsonNode> written = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : object("the file", tree(file)).properties()) {
      written.put(entry.getKey(), entry.getValue());
    }
    Map<String, ObjectNode> all = new LinkedHashMap<>(entries);
    Map<String, ObjectNode> resolved = new LinkedHashMap<>();
    written.forEach(
        (key, value) -> {
          if (value.isNull()) {
            all.remove(key);
          } else {
            resolved.put(key, resolved(key, written, name, 0));
          }
        });
    all.putAll(resolved);
    return new ModelCatalog(all);
  }

  private static JsonNode tree(InputStream file) throws IOException {
    try (JsonParser parser = JSON.createParser(file)) {
      JsonNode tree = JSON.readTree(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more follows after the end; remove it");
      }
      return tree == null ? JSON.missingNode() : tree;
    } catch (JsonProcessingException e) {
      String at =
          e.getLocation() == null
              ? ""
              : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
      throw new IllegalArgumentException(
          at + ": " + Printable.shorten(e.getOriginalMessage(), 200) + "; write valid JSON", e);
    }
  }

  /** The entry {@code key} of a file, with what it is like. */
  private ObjectNode resolved(String key, Map<String, JsonNode> file, String name, int depth) {
    ObjectNode entry = object(key, file.get(key)).deepCopy();
    boolean shipped = entries.isEmpty();
    if (key.equals(ALL)) {
      return shipped ? entry : patched(common(entries), entry);
    }
    JsonNode like = entry.remove(LIKE);
    if (!entry.has(SOURCE) && (like == null || !shipped)) {
      // the vendor's page of the other model does not say what a user's file changes
      entry.put(SOURCE, name);
    }
    if (like == null) {
      return entry;
    }
    String other = like.textValue();
    boolean inFile = other != null && !other.equals(key) && file.get(other) instanceof ObjectNode;
    if (!inFile && (other == null || !entries.containsKey(other))) {
      throw new IllegalArgumentException(
          key + ".like: " + like + " is no known model; write a req_key of the data");
    }
    if (depth > file.size()) {
      throw new IllegalArgumentException(key + ".like: it goes round in a circle; break it");
    }
    ObjectNode base =
        inFile ? resolved(other, file, name, depth + 1) : entries.get(other).deepCopy();
    return patched(base, entry);
  }

  private static ObjectNode object(String where, @Nullable JsonNode node) {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException(where + " is no JSON object; write {\"name\": value}");
  }

  /**
   * RFC 7396: objects are merged, null removes, anything else replaces. Changes {@code target}.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc7396">JSON Merge Patch</a>
   */
  private static ObjectNode patched(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        target.remove(field.getKey());
      } else if (value instanceof ObjectNode inner) {
        ObjectNode old =
            target.get(field.getKey()) instanceof ObjectNode known
                ? known
                : JSON.createObjectNode();
        target.set(field.getKey(), patched(old, inner));
      } else {
        target.set(field.getKey(), value);
      }
    }
    return target;
  }

  private static ModelSpec spec(String key, ObjectNode entry) {
    try {
      return SPEC.readValue(entry);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(key + path(e) + ": " + reason(e), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(
            step ->
                step.getFieldName() == null
                    ? "[" + step.getIndex() + "]"
                    : "." + step.getFieldName())
        .collect(Collectors.joining());
  }

  private static String reason(JsonMappingException e) {
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "there is no such field; write one of " + names(unknown.getKnownPropertyIds());
    }
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return String.valueOf(e.getCause().getMessage());
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return "has the wrong value; write " + expected(mismatch.getTargetType());
    }
    return Printable.shorten(String.valueOf(e.getOriginalMessage()), 200);
  }

  private static String names(@Nullable Collection<Object> known) {
    return known == null
        ? "those of docs/models.md"
        : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a text";
    }
    if (type == int.class || type == long.class || type == Integer.class) {
      return "a whole number";
    }
    if (Number.class.isAssignableFrom(type) || type == double.class) {
      return "a number";
    }
    return Collection.class.isAssignableFrom(type) ? "a list: [ ]" : "an object: { }";
  }

  /** What is known of {@code reqKey}; an unknown one has nothing that is checked. */
  public ModelSpec get(String reqKey) {
    return models.getOrDefault(reqKey, ModelSpec.UNKNOWN);
  }

  /** All known models by their {@code req_key}, in the order of the files. */
  public Map<String, ModelSpec> all() {
    return models;
  }
}
