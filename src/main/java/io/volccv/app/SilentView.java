package io.volccv.app;

/** Shows nothing. */
final class SilentView implements DemoProgress.View {
  @Override
  public void show(DemoBoard board) {}

  @Override
  public void end() {}
}
