package io.volccv.app;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Where a command writes to, and what may be written there.
 *
 * @param out for what was asked for
 * @param err for what went wrong
 * @param live whether lines may be drawn over: a person watches
 * @param color whether colours may be used
 * @param columns how wide a line may be
 */
record Terminal(PrintWriter out, PrintWriter err, boolean live, boolean color, int columns) {
  private static final int DEFAULT_COLUMNS = 80;
  private static final int PIPE_COLUMNS = 120;

  static Terminal ofProcess() {
    Map<String, String> environment = System.getenv();
    boolean live = isTerminal(System.console()) && !"dumb".equals(environment.get("TERM"));
    String noColor = environment.getOrDefault("NO_COLOR", "");
    return new Terminal(
        writer(FileDescriptor.out),
        writer(FileDescriptor.err),
        live,
        live && noColor.isEmpty(),
        live ? columns(environment) : PIPE_COLUMNS);
  }

  void flush() {
    out.flush();
    err.flush();
  }

  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, charset());
  }

  /**
   * A process without a locale (a container, a service) is told ASCII, but nothing that reads it
   * knows only ASCII: prompts would arrive as question marks.
   */
  private static Charset charset() {
    String name = System.getProperty("native.encoding", "UTF-8");
    Charset charset = Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
  }

  /** Until Java 21 there is a console only for a terminal; from 22 on there always is one. */
  private static boolean isTerminal(Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  private static int columns(Map<String, String> environment) {
    String exported = environment.getOrDefault("COLUMNS", "");
    String size = exported.isEmpty() ? askTerminal() : exported;
    return size.matches("\\d{2,4}") ? Integer.parseInt(size) : DEFAULT_COLUMNS;
  }

  private static String askTerminal() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(Redirect.INHERIT)
              .redirectError(Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      stty.waitFor(1, TimeUnit.SECONDS);
      return answer.strip().replaceFirst("^\\d+ ", "");
    } catch (IOException e) {
      return ""; // no stty, as on Windows: the usual width will do
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
