package io.volccv.sandbox.paint;

/**
 * A landscape in one palette: sky, a sun or moon, ridges that fade with distance, and water for
 * some seeds.
 */
final class Scenery {
  private final Palette palette;
  private final Noise noise;
  private final int width;
  private final int height;
  private final boolean night;
  private final boolean water;
  private final float sunX;
  private final float sunY;
  private final float sunRadius;

  private Scenery(Palette palette, long seed, int width, int height) {
    this.palette = palette;
    this.noise = new Noise(seed);
    this.width = width;
    this.height = height;
    this.night = noise.grain(1, 0) < 0.35f;
    this.water = noise.grain(2, 0) < 0.6f;
    this.sunX = width * (0.2f + 0.6f * noise.grain(3, 0));
    this.sunY = height * (0.2f + 0.25f * noise.grain(4, 0));
    this.sunRadius = Math.min(width, height) * (0.05f + 0.06f * noise.grain(5, 0));
  }

  static Raster draw(Palette palette, long seed, int width, int height) {
    Scenery scenery = new Scenery(palette, seed, width, height);
    Raster picture = new Raster(width, height);
    scenery.sky(picture.pixels);
    int ridges = 4 + Math.round(2 * scenery.noise.grain(6, 0));
    for (int i = 0; i < ridges; i++) {
      scenery.ridge(picture.pixels, i, ridges);
    }
    if (scenery.water) {
      scenery.lake(picture.pixels);
    }
    return picture;
  }

  private void sky(int[] pixels) {
    for (int y = 0; y < height; y++) {
      float down = (float) y / height;
      for (int x = 0; x < width; x++) {
        float place = night ? 0.02f + 0.62f * down : 0.42f + 0.62f * down;
        float cloud = noise.fractal(x * 2.2f / width + 7, y * 7f / height, 4) - 0.5f;
        int colour = palette.at(place + cloud * (night ? 0.1f : 0.22f));
        if (night && noise.grain(x + 1000, y) > 0.9985f) {
          colour = Rgb.screen(colour, 0xffffff, (1 - down) * noise.grain(y, x));
        }
        float distance = (float) Math.hypot(x - sunX, y - sunY);
        float disc = Math.max(0, Math.min(1, sunRadius - distance + 0.5f));
        float glow = 1 / (1 + distance * distance / (sunRadius * sunRadius * 6));
        colour = Rgb.screen(colour, night ? 0xcfe0ff : 0xffe9c0, glow * (night ? 0.35f : 0.6f));
        pixels[y * width + x] = Rgb.mix(colour, night ? 0xf4f2e6 : 0xfffbe8, disc);
      }
    }
  }

  private void ridge(int[] pixels, int number, int ridges) {
    float near = (number + 1f) / ridges;
    float base = 0.42f + 0.4f * near;
    float reach = 0.34f - 0.16f * near;
    int far = palette.at(night ? 0.45f : 0.72f);
    int colour = Rgb.mix(far, palette.get(0), (float) Math.pow(near, 1.25));
    for (int x = 0; x < width; x++) {
      float u = x / (float) Math.max(1, Math.min(width, height));
      float shape = noise.fractal(u * (2 + number) + number * 37, number * 11, 6);
      float trees = near > 0.7f ? treeLine(u, number) * near : 0;
      int top = Math.round(height * (base - reach * (shape - 0.25f) - trees));
      for (int y = Math.max(0, top); y < height; y++) {
        float haze = Math.min(1, (y - top) / (height * 0.22f)) * (1 - near) * 0.75f;
        float texture = 0.97f + 0.06f * noise.grain(x + number, y);
        pixels[y * width + x] = Rgb.scale(Rgb.mix(colour, far, haze), texture);
      }
    }
  }

  /** Small pointed shapes, as of firs. */
  private float treeLine(float u, int number) {
    float place = u * 60;
    int tree = (int) Math.floor(place);
    float tall = noise.grain(tree, number + 500);
    float inside = 1 - Math.abs(place - tree - 0.5f) * 2;
    return Math.max(0, inside) * (tall > 0.35f ? tall * 0.045f : 0);
  }

  /** What is above, upside down and rippled. */
  private void lake(int[] pixels) {
    int shore = Math.round(height * 0.84f);
    for (int y = shore; y < height; y++) {
      float depth = (y - shore) / (float) Math.max(1, height - shore);
      int mirrored = Math.max(0, shore - 1 - Math.round((y - shore) * 4.2f));
      for (int x = 0; x < width; x++) {
        float ripple = noise.smooth(x * 9f / width, y * 160f / height) - 0.5f;
        int sx =
            Math.max(
                0, Math.min(width - 1, x + Math.round(ripple * width * 0.03f * (0.3f + depth))));
        int colour = Rgb.mix(pixels[mirrored * width + sx], palette.get(1), 0.25f + 0.2f * depth);
        float shine = Math.max(0, ripple - 0.22f) * 1.6f;
        pixels[y * width + x] = Rgb.screen(colour, palette.get(4), shine);
      }
    }
  }
}
