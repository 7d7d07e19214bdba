package io.volccv.sandbox.paint;

/** Smooth randomness that is a pure function of place and seed. */
final class Noise {
  private final int seed;

  Noise(long seed) {
    this.seed = (int) (seed ^ seed >>> 32);
  }

  /** A value from 0 to 1 for a whole place, unlike those of its neighbours. */
  float grain(int x, int y) {
    int h = seed + x * 0x27d4eb2d + y * 0x165667b1;
    h = (h ^ h >>> 15) * 0x2c1b3c6d;
    h = (h ^ h >>> 12) * 0x297a2d39;
    return ((h ^ h >>> 15) >>> 8) / 16_777_215f;
  }

  /** A value from 0 to 1 that changes slowly. */
  float smooth(float x, float y) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    float fx = ease(x - x0);
    float fy = ease(y - y0);
    float top = grain(x0, y0) + (grain(x0 + 1, y0) - grain(x0, y0)) * fx;
    float bottom = grain(x0, y0 + 1) + (grain(x0 + 1, y0 + 1) - grain(x0, y0 + 1)) * fx;
    return top + (bottom - top) * fy;
  }

  /** Several sizes of {@link #smooth} on top of each other, from 0 to 1. */
  float fractal(float x, float y, int octaves) {
    float sum = 0;
    float weight = 0.5f;
    float total = 0;
    for (int i = 0; i < octaves; i++) {
      sum += weight * smooth(x, y);
      total += weight;
      weight *= 0.5f;
      x = x * 2 + 17.3f;
      y = y * 2 + 31.7f;
    }
    return sum / total;
  }

  private static float ease(float t) {
    return t * t * (3 - 2 * t);
  }
}
