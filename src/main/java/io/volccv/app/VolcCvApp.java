package io.volccv.app;

/** The standalone app: {@code java -jar volccv.jar COMMAND}. */
public final class VolcCvApp {

  private VolcCvApp() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(new Cli(Terminal.ofProcess(), Termination.onSignal()).execute(args));
  }
}
