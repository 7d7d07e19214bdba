package io.volccv.sandbox.paint;

/** Thick paint: strong colours in patches, and light that catches on the strokes. */
final class Oil implements Style.Brush {
  private final Sketch sketch;
  private final Palette palette;
  private final Noise noise;
  private final Rgb.Turn turn;
  private final float unit;

  Oil(Sketch sketch, Palette palette, long seed) {
    this.sketch = sketch;
    this.palette = palette;
    this.noise = new Noise(seed * 31 + 5);
    this.turn = new Rgb.Turn(noise.grain(9, 2) * 60 - 30, 1.7);
    this.unit = Math.max(0.05f, sketch.unit());
  }

  @Override
  public int at(int x, int y) {
    int step = Math.max(1, Math.round(unit));
    float dx = sketch.tone(x + step, y) - sketch.tone(x - step, y);
    float dy = sketch.tone(x, y + step) - sketch.tone(x, y - step);
    double angle = Math.atan2(dy, dx) + noise.smooth(x / unit / 50, y / unit / 50) * 3;
    float along = (float) (-Math.sin(angle) * x + Math.cos(angle) * y) / unit;
    float across = (float) (Math.cos(angle) * x + Math.sin(angle) * y) / unit;
    float bristle = noise.smooth(across / 1.6f, along / 14);
    float tone = sketch.tone(x, y);
    int colour = palette.tint(turn.apply(sketch.colour(x, y)), tone, 0.5f);
    float patch = Math.round(tone * 9 + bristle * 0.7f - 0.35f) / 9f;
    colour = Rgb.scale(colour, 1 + (patch - tone) * 0.9f);
    float relief = (bristle - 0.5f) * 0.22f - (dx + dy) * 0.5f;
    colour = Rgb.scale(colour, 1.03f + relief);
    return Rgb.scale(colour, 1 - 0.32f * sketch.edge(x, y));
  }
}
