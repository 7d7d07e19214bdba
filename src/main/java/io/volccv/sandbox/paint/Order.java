package io.volccv.sandbox.paint;

import org.jspecify.annotations.Nullable;

/**
 * One picture to draw.
 *
 * @param prompt chooses style and colours, and is written under the picture; or null
 * @param seed varies hue, grain and scenery
 * @param input the picture to restyle, which sets the size; or null to draw a scenery
 * @param width of a scenery in pixels, 0 for the usual
 * @param height of a scenery in pixels, 0 for the usual
 * @param mark the visible label "made by AI", or null
 */
public record Order(
    @Nullable String prompt,
    long seed,
    @Nullable Raster input,
    int width,
    int height,
    Format format,
    @Nullable Mark mark) {

  /** The file formats of the service. */
  public enum Format {
    PNG,
    JPEG
  }

  /**
   * The parameter {@code logo_info}.
   *
   * @param position 0 bottom right, 1 bottom left, 2 top left, 3 top right
   * @param chinese whether the label is Chinese, as far as there are glyphs for it
   * @param opacity from 0 to 1
   * @param text in place of the usual label; empty for the usual one
   */
  public record Mark(int position, boolean chinese, double opacity, String text) {}
}
