package io.volccv.prompt;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The text of a template with what its tags say, found before jmustache sees it: jmustache takes an
 * unclosed {@code {{subject} as literal text and would send it to the service.
 *
 * @param text the template as written
 * @param optional fields that have a default, {@code {{^x}}}
 * @param partials the templates it uses, {@code {{>x}}}
 */
record TemplateText(String text, Set<String> optional, Set<String> partials) {

  private static final String CHANGES_DELIMITERS = "=";

  /**
   * Reads the tags.
   *
   * @throws InvalidRequestException when a tag is not closed or not supported
   */
  static TemplateText scan(String name, String text) {
    Set<String> optional = new LinkedHashSet<>();
    Set<String> partials = new LinkedHashSet<>();
    int at = 0;
    while (true) {
      int open = text.indexOf("{{", at);
      int stray = text.indexOf("}}", at);
      if (stray >= 0 && (open < 0 || stray < open)) {
        throw error(name, text, stray, "there is a }} without its {{", "write {{ before the field");
      }
      if (open < 0) {
        return new TemplateText(text, Set.copyOf(optional), Set.copyOf(partials));
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
      switch (tag.charAt(0)) {
        case '^' -> optional.add(tag.substring(1).strip());
        case '>', '<' -> partials.add(tag.substring(1).strip());
        default -> {} // a field, a section or a comment: jmustache knows what to do
      }
      at = end + brackets.length();
    }
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
    long line = text.substring(0, at).lines().count();
    if (at == 0 || text.charAt(at - 1) == '\n') {
      line++;
    }
    return new InvalidRequestException(
        "prompt template " + name + ", line " + line + ": " + what + "; " + hint,
        CvError.before("prompt", hint),
        null);
  }
}
