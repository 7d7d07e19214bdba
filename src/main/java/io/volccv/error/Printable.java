package io.volccv.error;

/**
 * Text of a stranger (a server, a file name, a message) made fit for a log line or an error file.
 */
public final class Printable {

  private Printable() {}

  /** One line of at most {@code max} characters, control characters replaced by spaces. */
  public static String shorten(String text, int max) {
    String cut = text.length() <= max ? text : text.substring(0, max - 1) + "…";
    return cut.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString()
        .strip();
  }
}
