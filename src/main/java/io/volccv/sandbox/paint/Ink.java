package io.volccv.sandbox.paint;

/** Lines and hatching on warm paper over a light wash. */
final class Ink implements Style.Brush {
  private static final int PAPER = 0xf6efdf;
  private static final int BLACK = 0x1d1a22;

  private final Sketch sketch;
  private final Palette palette;
  private final Noise noise;
  private final Rgb.Turn turn;
  private final float unit;
  private final float spacing;

  Ink(Sketch sketch, Palette palette, long seed) {
    this.sketch = sketch;
    this.palette = palette;
    this.noise = new Noise(seed * 31 + 3);
    this.turn = new Rgb.Turn(noise.grain(2, 7) * 60 - 30, 1.25);
    this.unit = Math.max(0.05f, sketch.unit());
    this.spacing = Math.max(4, 5.5f * unit);
  }

  @Override
  public int at(int x, int y) {
    float u = x / unit;
    float v = y / unit;
    float tone = sketch.tone(x, y);
    float wash = 0.62f - 0.3f * noise.fractal(u / 60, v / 60, 3);
    int light = Rgb.mix(palette.tint(turn.apply(sketch.colour(x, y)), tone, 0.45f), PAPER, 0.3f);
    int colour = Rgb.mix(PAPER, light, wash);
    float bend = (noise.smooth(u / 25, v / 25) - 0.5f) * 10 * unit;
    float hatch =
        Math.max(
            stroke(x + y + bend, (0.42f - tone) * 1.6f),
            stroke(x - y + bend, (0.2f - tone) * 2.2f));
    colour = Rgb.mix(colour, BLACK, hatch * 0.62f);
    colour = Rgb.scale(colour, 0.97f + 0.05f * noise.smooth(u * 0.7f, v * 0.7f));
    float pressure = 0.75f + 0.25f * noise.smooth(u / 12, v / 12);
    return Rgb.mix(colour, BLACK, Math.min(1, sketch.edge(x, y) * 1.25f) * pressure);
  }

  /** A line of a hatching that gets thicker with the darkness that it stands for. */
  private float stroke(float across, float darkness) {
    if (darkness <= 0) {
      return 0;
    }
    float place = Math.abs(across / spacing - Math.round(across / spacing)) * 2;
    float thickness = Math.min(0.55f, 0.12f + darkness * 0.5f);
    return Math.max(0, Math.min(1, (thickness - place) * spacing / 2 + 0.5f));
  }
}
