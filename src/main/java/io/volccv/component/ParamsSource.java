package io.volccv.component;

import io.volccv.model.MapFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** Reads the option {@code params}: a Map bean, or a file whose JSON types are kept as written. */
final class ParamsSource {

  private ParamsSource() {}

  static Map<String, Object> read(@Nullable Object params, CamelContext camel) {
    if (params == null) {
      return Map.of();
    }
    if (params instanceof Map<?, ?> map) {
      return MapFile.textKeys(map);
    }
    String name = params.toString();
    if (name.isBlank()) {
      return Map.of();
    }
    if (name.startsWith("{") || name.startsWith("[")) {
      throw EndpointOptions.wrong(
          "params",
          name + " is no file",
          "write file:NAME.yaml, and the parameters into that file");
    }
    try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(camel, name)) {
      byte[] bytes = in.readNBytes(MapFile.MAX_BYTES + 1);
      if (bytes.length > MapFile.MAX_BYTES) {
        throw new IllegalArgumentException("is longer than " + MapFile.MAX_BYTES + " bytes");
      }
      return MapFile.parse(name, new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "params: " + name + " " + e.getMessage() + "; write name: value lines", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "params: " + name + " cannot be read: " + e.getMessage() + "; write file:NAME.yaml", e);
    }
  }

  static Path path(String option, String file) {
    if (!file.startsWith("file:")) {
      throw EndpointOptions.wrong(option, file + " names no file", "write file:NAME");
    }
    return Path.of(file.substring("file:".length()));
  }
}
