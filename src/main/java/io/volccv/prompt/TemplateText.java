package io.volccv.prompt;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of a template with what its tags say, found before jmustache sees it: jmustache takes an
 * unclosed <code>{{subject</code> as literal text and would send it to the service.
 *
 * @param name the template's name
 * @param text the template as written
 * @param tags all its tags but comments, in their order
 */
record TemplateText(String name, String text, List<Tag> tags) {

  /**
   * One tag.
   *
   * @param kind {@code #}, {@code ^}, {@code /}, {@code >}, or {@link #VALUE}
   * @param name without the kind
   * @param line counted from 1
   */
  record Tag(char kind, String name, int line) {
    static final char VALUE = '=';
  }

  private static final String KINDS = "#^/><&";

  private static final String CHANGES_DELIMITERS = "=";

  /**
   * Reads the tags.
   *
   * @throws InvalidRequestException when a tag is not closed or not supported
   */
  static TemplateText scan(String name, String text) {
    List<Tag> tags = new ArrayList<>();
    int at = 0;
    while (true) {
      int open = text.indexOf("{{", at);
      int stray = text.indexOf("}}", at);
      if (stray >= 0 && (open < 0 || stray < open)) {
        throw error(name, text, stray, "there is a }} without its {{", "write {{ before the field");
      }
      if (open < 0) {
        return new TemplateText(name, text, List.copyOf(tags));
      }
      String brackets = text.startsWith("{{{", open) ? "}}}" : "}}";
      int start = open + brackets.length();
      int end = text.indexOf(brackets, start);
      String tag = end < 0 ? "" : text.substring(start, end).strip();
      boolean comment = tag.startsWith("!");
      if (end < 0 || tag.isEmpty() || (!comment && (tag.contains("{{") || tag.contains("\n")))) {
        int shown = Math.min(text.length(), open + 30);
        String what = Printable.shorten(text.substring(open, shown), 30);
        throw error(name, text, open, what + " is not closed", "write }} after the field");
      }
      if (tag.startsWith(CHANGES_DELIMITERS)) {
        throw error(name, text, open, "{{" + tag + "}} changes the brackets", "keep {{ and }}");
      }
      if (!comment) {
        tags.add(tag(tag, line(text, open)));
      }
      at = end + brackets.length();
    }
  }

  private static Tag tag(String tag, int line) {
    if (KINDS.indexOf(tag.charAt(0)) < 0) {
      return new Tag(Tag.VALUE, tag, line);
    }
    char kind = tag.charAt(0) == '<' ? '>' : tag.charAt(0) == '&' ? Tag.VALUE : tag.charAt(0);
    return new Tag(kind, tag.substring(1).strip(), line);
  }

  /** The fields that have a default, {@code {{^x}}}. */
  Set<String> optional() {
    return names('^');
  }

  /** The templates it uses, {@code {{>x}}}. */
  Set<String> partials() {
    return names('>');
  }

  private Set<String> names(char kind) {
    return tags.stream()
        .filter(tag -> tag.kind() == kind)
        .map(Tag::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Refuses a template that uses itself, directly or through others: rendering it would not end.
   */
  static void refuseLoops(String name, Map<String, TemplateText> texts) {
    follow(name, texts, new ArrayDeque<>(), new HashSet<>());
  }

  private static void follow(
      String name, Map<String, TemplateText> texts, Deque<String> path, Set<String> harmless) {
    if (path.contains(name)) {
      String hint = "take the loop out";
      throw new InvalidRequestException(
          "prompt template " + name + " uses itself (through " + path.peekLast() + "); " + hint,
          CvError.before("prompt", hint),
          null);
    }
    path.addLast(name);
    TemplateText text = texts.get(name);
    if (text != null && harmless.add(name)) {
      text.partials().forEach(partial -> follow(partial, texts, path, harmless));
    }
    path.removeLast();
  }

  private static InvalidRequestException error(
      String name, String text, int at, String what, String hint) {
    int line = line(text, at);
    return new InvalidRequestException(
        "prompt template " + name + ", line " + line + ": " + what + "; " + hint,
        CvError.before("prompt", hint),
        null);
  }

  private static int line(String text, int at) {
    return 1 + (int) text.chars().limit(at).filter(c -> c == '\n').count();
  }
}
