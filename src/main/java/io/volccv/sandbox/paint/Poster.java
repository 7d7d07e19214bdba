package io.volccv.sandbox.paint;

/** A few flat colours and a bold outline, as from a silk screen. */
final class Poster implements Style.Brush {
  private static final float SOFT = 0.06f;

  private final Sketch sketch;
  private final Palette palette;
  private final Noise noise;
  private final Rgb.Turn turn;
  private final float unit;

  Poster(Sketch sketch, Palette palette, long seed) {
    this.sketch = sketch;
    this.palette = palette;
    this.noise = new Noise(seed * 31 + 2);
    this.turn = new Rgb.Turn(noise.grain(1, 1) * 70 - 35, 1.5);
    this.unit = Math.max(0.05f, sketch.unit());
  }

  @Override
  public int at(int x, int y) {
    float wave = (noise.smooth(x / unit / 9, y / unit / 9) - 0.5f) * 0.05f;
    float position = Math.max(0, Math.min(4.999f, (sketch.tone(x, y) + wave) * 5));
    int step = (int) position;
    float into = position - step;
    int flat = palette.get(step);
    if (into < SOFT && step > 0) {
      flat = Rgb.mix(palette.get(step - 1), flat, 0.5f + into / SOFT / 2);
    }
    int colour = Rgb.mix(flat, turn.apply(sketch.colour(x, y)), 0.28f);
    float print = noise.grain(x, y) * 0.05f + 0.975f;
    float outline = Math.min(1, sketch.edge(x, y) * 1.3f);
    return Rgb.mix(Rgb.scale(colour, print), palette.get(0), outline * 0.92f);
  }
}
