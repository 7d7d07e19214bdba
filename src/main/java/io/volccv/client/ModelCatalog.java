package io.volccv.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The known {@code req_key}s. A new model is a new entry in a file, never a line of Java. */
public final class ModelCatalog {

  private static final TypeReference<Map<String, ModelSpec>> MODELS = new TypeReference<>() {};

  private final Map<String, ModelSpec> models;

  private ModelCatalog(Map<String, ModelSpec> models) {
    this.models = Map.copyOf(models);
  }

  /** The models that come with the library. */
  public static ModelCatalog shipped() {
    try (InputStream file = ModelCatalog.class.getResourceAsStream("models.json")) {
      if (file == null) {
        throw new IllegalStateException("models.json is missing from the jar");
      }
      return new ModelCatalog(json().readValue(file, MODELS));
    } catch (IOException e) {
      throw new IllegalStateException("models.json of the jar cannot be read", e);
    }
  }

  /**
   * These models and those of {@code file}, which win.
   *
   * @throws IllegalArgumentException when the file is not as it should be; says where
   */
  public ModelCatalog with(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Map<String, ModelSpec> all = new HashMap<>(models);
      all.putAll(json().readValue(in, MODELS));
      return new ModelCatalog(all);
    } catch (IOException e) {
      throw new IllegalArgumentException("the model data cannot be read: " + e.getMessage(), e);
    }
  }

  /** What is known of {@code reqKey}; an unknown one has nothing that is checked. */
  public ModelSpec get(String reqKey) {
    return models.getOrDefault(reqKey, ModelSpec.UNKNOWN);
  }

  /** All known models by their {@code req_key}. */
  public Map<String, ModelSpec> all() {
    return models;
  }

  private static ObjectMapper json() {
    return JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  }
}
