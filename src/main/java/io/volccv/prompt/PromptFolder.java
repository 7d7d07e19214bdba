package io.volccv.prompt;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.IoReason;
import io.volccv.error.Printable;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The templates of one folder, by name; each is compiled once and again when a file changes. */
final class PromptFolder {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final int MAX_PARTIALS = 100;

  /** How a file looked when it was read. Two saves of equal length within a tick are missed. */
  private record Stamp(FileTime modified, long size) {}

  private record Loaded(PromptTemplate template, Map<Path, Stamp> files) {}

  private final Path folder;
  private final Map<String, Loaded> cache = new ConcurrentHashMap<>();

  PromptFolder(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /**
   * The template of this name as its file is now.
   *
   * @throws InvalidRequestException when there is none or it is wrong; says which line
   */
  PromptTemplate template(String name) {
    Loaded loaded = cache.get(name);
    if (loaded == null || changed(loaded)) {
      loaded = load(name);
      cache.put(name, loaded);
    }
    return loaded.template();
  }

  private static boolean changed(Loaded loaded) {
    return loaded.files().entrySet().stream()
        .anyMatch(
            file -> {
              try {
                return !stamp(file.getKey()).equals(file.getValue());
              } catch (IOException gone) {
                return true; // loading it again says what is wrong
              }
            });
  }

  private Loaded load(String name) {
    Map<String, TemplateText> texts = new LinkedHashMap<>();
    Map<Path, Stamp> files = new LinkedHashMap<>();
    read(name, name, texts, files);
    TemplateText.refuseLoops(name, texts);
    return new Loaded(PromptTemplate.compile(name, texts), files);
  }

  private void read(
      String name, String user, Map<String, TemplateText> texts, Map<Path, Stamp> files) {
    if (texts.containsKey(name)) {
      return;
    }
    if (!NAME.matcher(name).matches()) {
      throw error(
          "prompt template name '" + Printable.shorten(name, 80) + "' is not a plain name",
          "write a name of letters, digits, dots, dashes and underscores; not a path, not the"
              + " template's text");
    }
    if (texts.size() >= MAX_PARTIALS) {
      throw error(
          "prompt template " + user + " uses more than " + MAX_PARTIALS + " others", "use fewer");
    }
    Path file = folder.resolve(name + ".mustache");
    TemplateText text = TemplateText.scan(name, text(name, user, file, files));
    texts.put(name, text);
    text.partials().forEach(partial -> read(partial, name, texts, files));
  }

  private static String text(String name, String user, Path file, Map<Path, Stamp> files) {
    try {
      // The stamp first: a save in between is then seen as a change the next time.
      files.put(file, stamp(file));
      String text = Files.readString(file);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw error(
          "there is no prompt template "
              + name
              + (user.equals(name) ? "" : ", which " + user + " uses")
              + ": "
              + file
              + " does not exist",
          "create the file, or name another template",
          e);
    } catch (CharacterCodingException e) {
      throw error("prompt template " + name + " is not UTF-8: " + file, "save it as UTF-8", e);
    } catch (IOException e) {
      throw error("cannot read prompt template " + IoReason.of(e), "make it readable", e);
    }
  }

  private static Stamp stamp(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(now.lastModifiedTime(), now.size());
  }

  private static InvalidRequestException error(String message, String hint) {
    return new InvalidRequestException(message + "; " + hint, CvError.before("prompt", hint), null);
  }

  private static InvalidRequestException error(String message, String hint, Exception cause) {
    return new InvalidRequestException(
        message + "; " + hint, CvError.before("prompt", hint), cause);
  }
}
