package io.volccv.sandbox.paint;

/** Sobel's edges, scaled so that the strong ones of this picture are full and its noise is none. */
final class Edges {
  private static final int QUIETEST = 60;

  private Edges() {}

  static byte[] of(byte[] luminance, int width, int height) {
    short[] strength = new short[luminance.length];
    int[] histogram = new int[1501];
    for (int y = 0; y < height; y++) {
      int up = Math.max(0, y - 1) * width;
      int here = y * width;
      int down = Math.min(height - 1, y + 1) * width;
      for (int x = 0; x < width; x++) {
        int left = Math.max(0, x - 1);
        int right = Math.min(width - 1, x + 1);
        int a = luminance[up + left] & 0xff;
        int b = luminance[up + right] & 0xff;
        int c = luminance[down + left] & 0xff;
        int d = luminance[down + right] & 0xff;
        int gx =
            b
                + d
                - a
                - c
                + 2 * ((luminance[here + right] & 0xff) - (luminance[here + left] & 0xff));
        int gy = c + d - a - b + 2 * ((luminance[down + x] & 0xff) - (luminance[up + x] & 0xff));
        int size = (int) Math.min(1500, Math.sqrt(gx * gx + gy * gy));
        strength[here + x] = (short) size;
        histogram[size]++;
      }
    }
    int full = Math.max(QUIETEST, strongest(histogram, luminance.length / 16));
    byte[] edges = new byte[strength.length];
    for (int i = 0; i < edges.length; i++) {
      float t = Math.max(0, Math.min(1, (strength[i] - 0.3f * full) / (0.7f * full)));
      edges[i] = (byte) Math.round(255 * t * t * (3 - 2 * t));
    }
    return edges;
  }

  private static int strongest(int[] histogram, int count) {
    int seen = 0;
    for (int size = histogram.length - 1; size > 0; size--) {
      seen += histogram[size];
      if (seen > count) {
        return size;
      }
    }
    return 1;
  }

  /** A soft halo around the edges. */
  static byte[] glow(byte[] edges, int width, int height, int radius) {
    byte[] once = blur(edges, width, height, 1, width, radius);
    byte[] twice = blur(once, height, width, width, 1, radius);
    byte[] thrice = blur(twice, width, height, 1, width, radius);
    return blur(thrice, height, width, width, 1, radius);
  }

  /** A running mean along lines of {@code length} values that are {@code step} apart. */
  private static byte[] blur(
      byte[] from, int length, int lines, int step, int lineStep, int radius) {
    byte[] to = new byte[from.length];
    float window = 2 * radius + 1;
    for (int line = 0; line < lines; line++) {
      int start = line * lineStep;
      int sum = 0;
      for (int i = -radius; i <= radius; i++) {
        sum += from[start + clamp(i, length) * step] & 0xff;
      }
      for (int i = 0; i < length; i++) {
        to[start + i * step] = (byte) Math.round(sum / window);
        sum += from[start + clamp(i + radius + 1, length) * step] & 0xff;
        sum -= from[start + clamp(i - radius, length) * step] & 0xff;
      }
    }
    return to;
  }

  private static int clamp(int i, int length) {
    return Math.max(0, Math.min(length - 1, i));
  }
}
