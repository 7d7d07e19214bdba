package io.volccv.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Small files of named values, in YAML 1.2 or JSON; read as data, never as classes. */
public final class MapFile {

  /** The largest sidecar or parameter file, in bytes. */
  public static final int MAX_BYTES = 64 * 1024;

  static final int MAX_DEPTH = 50;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private MapFile() {}

  /**
   * The values in their order, with their types.
   *
   * @param name the file's name; {@code .json} is read as JSON, anything else as YAML
   * @throws IllegalArgumentException when it is not one map with text keys; says where
   */
  public static Map<String, Object> parse(String name, String text) {
    Object value =
        name.toLowerCase(Locale.ROOT).endsWith(".json") ? json(text) : YamlText.read(text);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return textKeys(map);
    }
    throw new IllegalArgumentException("holds no map of names and values");
  }

  /** The map with keys that are checked to be text, here and in all maps inside. */
  public static Map<String, Object> textKeys(Map<?, ?> map) {
    Map<String, Object> checked = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (!(key instanceof String text)) {
            throw new IllegalArgumentException("has the name " + key + ", which is not a text");
          }
          checked.put(text, value instanceof Map<?, ?> inner ? textKeys(inner) : value);
        });
    return checked;
  }

  /**
   * The fields of a JSON object, with their types.
   *
   * @throws IllegalArgumentException when it is none; says where
   */
  public static Map<String, Object> parseJson(String text) {
    return parse(".json", text);
  }

  /**
   * Sets a value inside of maps that are made where they are missing: {@code logo_info.position} is
   * the value {@code position} of the map {@code logo_info}. Maps on the way are copied, since they
   * may be somebody else's.
   *
   * @throws IllegalArgumentException when a value on the way is no map; says which
   */
  public static void put(Map<String, Object> values, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      values.put(path, value);
      return;
    }
    String name = path.substring(0, dot);
    Object inner = values.get(name);
    if (inner != null && !(inner instanceof Map)) {
      throw new IllegalArgumentException(name + " is no map of names and values");
    }
    Map<String, Object> copy =
        inner instanceof Map<?, ?> map ? textKeys(map) : new LinkedHashMap<>();
    put(copy, path.substring(dot + 1), value);
    values.put(name, copy);
  }

  private static Object json(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      return JSON.readValue(parser, new TypeReference<Object>() {});
    } catch (JsonProcessingException e) {
      String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      throw new IllegalArgumentException(
          "is not valid JSON" + line + ": " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("is not valid JSON: " + e.getMessage(), e);
    }
  }
}
