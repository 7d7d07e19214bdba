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
public final class PromptFolder {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final int MAX_PARTIALS = 100;

  /** How a file looked when it was read. Two saves of equal length within a tick are missed. */
  private record Stamp(FileTime modified, long size) {}

  private record Loaded(PromptTemplate template, Map<Path, Stamp> files) {}

  /** What a template and all that it uses are made of, by name and by file. */
  private record Reading(
      Map<String, TemplateText> texts, Map<String, FrontMatter> fronts, Map<Path, Stamp> files) {}

  private final Path folder;
  private final Map<String, Loaded> cache = new ConcurrentHashMap<>();

  /** The templates {@code <name>.mustache} in {@code folder}. */
  public PromptFolder(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /**
   * The prompt of a template.
   *
   * @param given the job's fields; of these none may be unknown to a template that declares its own
   * @param others what lies around, such as headers; used when asked for
   * @throws InvalidRequestException when the template or a field is wrong; says which line or field
   */
  public RenderedPrompt render(String name, Map<String, Object> given, Map<String, Object> others) {
    return template(name).render(given, others);
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
    Reading reading =
        new Reading(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    read(name, name, reading);
    TemplateText.refuseLoops(name, reading.texts());
    TemplateText.refuseLoops(PromptTemplate.negative(name), reading.texts());
    return new Loaded(
        PromptTemplate.compile(name, reading.texts(), reading.fronts()), reading.files());
  }

  private void read(String name, String user, Reading reading) {
    if (reading.texts().containsKey(name)) {
      return;
    }
    if (!NAME.matcher(name).matches()) {
      throw error(
          "prompt template name '" + Printable.shorten(name, 80) + "' is not a plain name",
          "write a name of letters, digits, dots, dashes and underscores; not a path, not the"
              + " template's text");
    }
    if (reading.texts().size() >= MAX_PARTIALS) {
      throw error(
          "prompt template " + user + " uses more than " + MAX_PARTIALS + " others", "use fewer");
    }
    Path file = folder.resolve(name + ".mustache");
    FrontMatter front = FrontMatter.of(name, text(name, user, file, reading.files()));
    reading.fronts().put(name, front);
    TemplateText text = TemplateText.scan(name, front.body());
    reading.texts().put(name, text);
    text.partials().forEach(partial -> read(partial, name, reading));
    // Of a partial only the fields count.
    if (front.negativePrompt() != null && name.equals(user)) {
      String negativeName = PromptTemplate.negative(name);
      TemplateText negative = TemplateText.scan(negativeName, front.negativePrompt());
      reading.texts().put(negativeName, negative);
      negative.partials().forEach(partial -> read(partial, name, reading));
    }
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
