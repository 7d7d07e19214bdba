package io.volccv.sandbox.paint;

/**
 * The filter that turns photographs into paint: each pixel takes the mean of the calmest of four
 * windows around it, so surfaces become smooth and edges stay sharp. Works in bands, with memory
 * for one band only.
 */
final class Kuwahara {
  private static final int BAND = 128;

  private final int[] source;
  private final int width;
  private final int height;
  private final int radius;

  /**
   * Sums of everything above and to the left: red, green, blue, luminance and its square. Overflow
   * cancels out.
   */
  private final int[][] sums;

  private Kuwahara(Raster raster, int radius) {
    this.source = raster.pixels;
    this.width = raster.width();
    this.height = raster.height();
    this.radius = radius;
    this.sums = new int[5][(width + 1) * (Math.min(height, BAND + 2 * radius) + 1)];
  }

  static int[] smooth(Raster raster, int radius) {
    if (radius < 1) {
      return raster.pixels;
    }
    Kuwahara filter = new Kuwahara(raster, radius);
    int[] target = new int[raster.pixels.length];
    for (int top = 0; top < filter.height; top += BAND) {
      filter.band(target, top, Math.min(filter.height, top + BAND));
    }
    return target;
  }

  private void band(int[] target, int top, int bottom) {
    int first = Math.max(0, top - radius);
    int last = Math.min(height, bottom + radius);
    sum(first, last);
    for (int y = top; y < bottom; y++) {
      int above = Math.max(first, y - radius) - first;
      int below = Math.min(last - 1, y + radius) - first;
      int row = y - first;
      for (int x = 0; x < width; x++) {
        target[y * width + x] = calmest(x, row, above, below);
      }
    }
  }

  private void sum(int first, int last) {
    int stride = width + 1;
    for (int y = first; y < last; y++) {
      int row = (y - first + 1) * stride;
      int red = 0;
      int green = 0;
      int blue = 0;
      int light = 0;
      int square = 0;
      for (int x = 0; x < width; x++) {
        int rgb = source[y * width + x];
        int luminance = Rgb.luminance(rgb);
        int at = row + x + 1;
        sums[0][at] = sums[0][at - stride] + (red += Rgb.red(rgb));
        sums[1][at] = sums[1][at - stride] + (green += Rgb.green(rgb));
        sums[2][at] = sums[2][at - stride] + (blue += Rgb.blue(rgb));
        sums[3][at] = sums[3][at - stride] + (light += luminance);
        sums[4][at] = sums[4][at - stride] + (square += luminance * luminance);
      }
    }
  }

  private int calmest(int x, int row, int above, int below) {
    int left = Math.max(0, x - radius);
    int right = Math.min(width - 1, x + radius);
    float best = Float.MAX_VALUE;
    int result = 0;
    for (int window = 0; window < 4; window++) {
      int x0 = (window & 1) == 0 ? left : x;
      int x1 = (window & 1) == 0 ? x : right;
      int y0 = (window & 2) == 0 ? above : row;
      int y1 = (window & 2) == 0 ? row : below;
      int a = y0 * (width + 1) + x0;
      int b = y0 * (width + 1) + x1 + 1;
      int c = (y1 + 1) * (width + 1) + x0;
      int d = (y1 + 1) * (width + 1) + x1 + 1;
      float count = (x1 - x0 + 1) * (y1 - y0 + 1);
      float mean = area(3, a, b, c, d) / count;
      float variance = area(4, a, b, c, d) / count - mean * mean;
      if (variance < best) {
        best = variance;
        result =
            Rgb.of(
                area(0, a, b, c, d) / count,
                area(1, a, b, c, d) / count,
                area(2, a, b, c, d) / count);
      }
    }
    return result;
  }

  private int area(int channel, int a, int b, int c, int d) {
    int[] sum = sums[channel];
    return sum[d] - sum[b] - sum[c] + sum[a];
  }
}
