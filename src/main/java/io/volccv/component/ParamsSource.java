package io.volccv.component;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads the option {@code params}: a Map bean, or a file whose JSON types are kept as written. */
final class ParamsSource {

  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private ParamsSource() {}

  static Map<String, Object> read(@Nullable Object params, CamelContext camel) {
    if (params == null) {
      return Map.of();
    }
    if (params instanceof Map<?, ?> map) {
      return fields(map);
    }
    String text = params.toString();
    if (text.isBlank()) {
      return Map.of();
    }
    try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(camel, text)) {
      boolean json = text.toLowerCase(Locale.ROOT).endsWith(".json");
      return json ? JSON.readValue(in, FIELDS) : yaml(in);
    } catch (IOException | YamlEngineException e) {
      throw new IllegalArgumentException(
          "params: " + text + " cannot be read: " + e.getMessage() + "; write file:NAME.yaml", e);
    }
  }

  /** YAML 1.2, so that {@code no} is a text and not false. */
  private static Map<String, Object> yaml(InputStream in) {
    Object content = new Load(LoadSettings.builder().build()).loadFromInputStream(in);
    if (content instanceof Map<?, ?> map) {
      return fields(map);
    }
    throw EndpointOptions.wrong("params", "the file holds no map", "write name: value lines");
  }

  /** A JSON object as a map. */
  static Map<String, Object> json(String text) throws IOException {
    return JSON.readValue(text, FIELDS);
  }

  /** Any map as API parameters. */
  static Map<String, Object> fields(Map<?, ?> map) {
    Map<String, Object> fields = new LinkedHashMap<>();
    map.forEach((name, value) -> fields.put(String.valueOf(name), value));
    return fields;
  }

  static Path path(String option, String file) {
    if (!file.startsWith("file:")) {
      throw EndpointOptions.wrong(option, file + " names no file", "write file:NAME");
    }
    return Path.of(file.substring("file:".length()));
  }
}
