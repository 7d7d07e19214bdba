package io.volccv.sandbox.paint;

/**
 * Thin paint on grainy paper: wobbling outlines, dark where paint dries at an edge, white around.
 */
final class Watercolour implements Style.Brush {
  private static final int PAPER = 0xfbf8f0;

  private final Sketch sketch;
  private final Palette palette;
  private final Noise noise;
  private final Rgb.Turn turn;
  private final float unit;

  Watercolour(Sketch sketch, Palette palette, long seed) {
    this.sketch = sketch;
    this.palette = palette;
    this.noise = new Noise(seed * 31 + 1);
    this.turn = new Rgb.Turn(noise.grain(3, 5) * 50 - 25, 1.45);
    this.unit = Math.max(0.05f, sketch.unit());
  }

  @Override
  public int at(int x, int y) {
    float u = x / unit;
    float v = y / unit;
    int sx = x + Math.round((noise.smooth(u / 14, v / 14) - 0.5f) * 6 * unit);
    int sy = y + Math.round((noise.smooth(u / 14 + 90, v / 14) - 0.5f) * 6 * unit);
    int colour = palette.tint(turn.apply(sketch.colour(sx, sy)), sketch.tone(sx, sy), 0.38f);
    float pool = noise.fractal(u / 70, v / 70, 3);
    float water = 0.08f + 0.35f * pool * (0.4f + 0.6f * sketch.tone(sx, sy));
    colour = Rgb.mix(colour, PAPER, water);
    colour = Rgb.scale(colour, 1 - 0.5f * sketch.edge(sx, sy));
    float grain = noise.smooth(u * 0.8f, v * 0.8f);
    colour = Rgb.scale(colour, 0.955f + 0.09f * grain);
    float border =
        Math.min(Math.min(x, sketch.width - 1 - x), Math.min(y, sketch.height - 1 - y)) / unit;
    float torn = border - 8 - 22 * noise.fractal(u / 40, v / 40 + 50, 4);
    return torn >= 3 ? colour : Rgb.mix(PAPER, colour, Math.max(0, torn / 3));
  }
}
