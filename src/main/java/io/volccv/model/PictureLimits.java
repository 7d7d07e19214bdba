package io.volccv.model;

/**
 * What a model takes as an input picture, as far as it is known; 0 is not known.
 *
 * @param maxBytes of the file
 * @param maxPixels width times height
 * @param maxSide of each side, in pixels
 */
public record PictureLimits(long maxBytes, long maxPixels, int maxSide) {

  /** Nothing is known. */
  public static final PictureLimits NONE = new PictureLimits(0, 0, 0);

  /** Told by whoever calls the models, to the steps before the call. */
  public interface Source {

    /** The limits of a model; {@link #NONE} when it is not known. */
    PictureLimits pictureLimits(String reqKey);

    /** Where pictures can be kept that are made on the way. */
    Spool spool();
  }

  /** How much smaller each side has to be, at most 1. The ratio is kept. */
  public double scale(int width, int height) {
    double scale = 1;
    if (maxSide > 0) {
      scale = Math.min(scale, (double) maxSide / Math.max(width, height));
    }
    if (maxPixels > 0) {
      scale = Math.min(scale, Math.sqrt((double) maxPixels / ((double) width * height)));
    }
    return scale;
  }

  /** Whether a file of so many bytes is small enough. */
  public boolean allowsBytes(long bytes) {
    return maxBytes == 0 || bytes <= maxBytes;
  }
}
