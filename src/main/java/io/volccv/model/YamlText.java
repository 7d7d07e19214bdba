package io.volccv.model;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * YAML as values. A class of its own, so that who writes no YAML needs no YAML library: it is
 * loaded with the first YAML file.
 */
final class YamlText {

  private YamlText() {}

  static Object read(String text) {
    LoadSettings settings =
        LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(20)
            .setCodePointLimit(MapFile.MAX_BYTES)
            .build();
    try {
      refuseDeepNesting(settings, text);
      return new Load(settings).loadFromString(text);
    } catch (MarkedYamlEngineException e) {
      // Its message draws the place with an arrow, over many lines.
      String line = e.getProblemMark().map(mark -> ", line " + (mark.getLine() + 1)).orElse("");
      throw new IllegalArgumentException("is not valid YAML" + line + ": " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("is not valid YAML: " + e.getMessage(), e);
    }
  }

  /** The engine builds its values by recursion, and ten thousand brackets would end the thread. */
  private static void refuseDeepNesting(LoadSettings settings, String text) {
    int depth = 0;
    for (Event event : new Parse(settings).parseString(text)) {
      if (event instanceof CollectionStartEvent) {
        depth++;
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
      if (depth > MapFile.MAX_DEPTH) {
        throw new IllegalArgumentException(
            "is nested deeper than " + MapFile.MAX_DEPTH + " levels");
      }
    }
  }
}
