package io.volccv.sandbox.paint;

/** The edges as light tubes in the dark. */
final class Neon implements Style.Brush {
  private static final int[] TUBES = {0x00e5ff, 0x8a5cff, 0xff2fd0, 0xff7a3c};

  private final Sketch sketch;
  private final Palette palette;
  private final Noise noise;
  private final byte[] halo;
  private final float unit;
  private final float phase;

  Neon(Sketch sketch, Palette palette, long seed) {
    this.sketch = sketch;
    this.palette = palette;
    this.noise = new Noise(seed * 31 + 4);
    this.unit = Math.max(0.05f, sketch.unit());
    this.halo =
        Edges.glow(sketch.edges(), sketch.width, sketch.height, Math.max(1, Math.round(5 * unit)));
    this.phase = noise.grain(4, 4) * 4;
  }

  @Override
  public int at(int x, int y) {
    float tone = sketch.tone(x, y);
    int dark = Rgb.mix(0x0a0618, palette.get(1), 0.15f + 0.55f * tone * tone);
    int colour = Rgb.mix(dark, sketch.colour(x, y), 0.16f);
    float u = x / unit;
    float v = y / unit;
    float place = phase + (u + v) / 420 + noise.smooth(u / 120, v / 120) * 2;
    int step = (int) place;
    int tube = Rgb.mix(TUBES[step % 4], TUBES[(step + 1) % 4], place - step);
    float glow = (halo[y * sketch.width + x] & 0xff) / 255f;
    colour = Rgb.screen(colour, tube, Math.min(1, glow * 1.5f));
    float edge = sketch.edge(x, y);
    colour = Rgb.mix(colour, tube, edge * 0.85f);
    return Rgb.screen(colour, 0xffffff, edge * edge * 0.55f);
  }
}
