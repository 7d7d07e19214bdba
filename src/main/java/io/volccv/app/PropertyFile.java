package io.volccv.app;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** The lines of {@code config/application.properties}, in their order. */
final class PropertyFile {
  private PropertyFile() {}

  static Map<String, String> read(Home home) {
    Path file = home.config();
    String name = home.display(file);
    Map<String, String> lines = new LinkedHashMap<>();
    try (Reader text = Files.newBufferedReader(file)) {
      new Lines(name, lines).load(text);
      return lines;
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          name, "is not in " + home.folder() + "; unpack the app again, or write --home", e);
    } catch (CharacterCodingException e) {
      throw new ConfigException(name, "is not UTF-8 text; save it as UTF-8", e);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(name, "has a broken \\u escape; write a backslash as \\\\", e);
    } catch (IOException e) {
      throw new ConfigException(
          name, "cannot be read (" + e.getMessage() + "); make it readable", e);
    }
  }

  /** Keeps the order, and refuses the second of two lines, which would silently win. */
  private static final class Lines extends Properties {
    private static final long serialVersionUID = 1L;
    private final String file;
    private final transient Map<String, String> lines;

    Lines(String file, Map<String, String> lines) {
      this.file = file;
      this.lines = lines;
    }

    @Override
    public synchronized Object put(Object key, Object value) {
      if (lines.put((String) key, ((String) value).strip()) != null) {
        throw new ConfigException(file, key + " is written twice", "keep one of the lines");
      }
      return super.put(key, value);
    }
  }
}
