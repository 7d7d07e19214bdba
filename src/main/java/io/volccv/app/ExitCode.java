package io.volccv.app;

/** What the process ends with; scripts and supervisors rely on the numbers. */
final class ExitCode {
  static final int OK = 0;

  /** Some jobs ended in a failure sink, or did not end at all. */
  static final int JOBS_FAILED = 1;

  static final int USAGE = 2;
  static final int CONFIGURATION = 3;
  static final int UNAUTHORIZED = 4;
  static final int BUDGET = 5;
  static final int LEDGER = 6;

  /** As the shell counts it: 128 and the number of the signal. */
  static final int TERMINATED = 143;

  private ExitCode() {}
}
