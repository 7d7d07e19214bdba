package io.volccv.picture;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.MediaFormat;
import io.volccv.model.PictureLimits;
import io.volccv.model.Spool;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import net.coobird.thumbnailator.Thumbnails;
import net.coobird.thumbnailator.util.exif.ExifFilterUtils;
import net.coobird.thumbnailator.util.exif.Orientation;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a picture one that a model takes: JPEG or PNG, upright, of its size, and without the
 * place where it was taken. A picture that is all of this already is left as it is, byte for byte.
 *
 * <p>What would change more than that is refused: several pictures in one file, and what is cut off
 * or too large to be decoded. Headers are read first, so nothing is unpacked that does not fit, and
 * one picture is decoded at a time: memory depends neither on the pictures nor on how many come.
 */
public final class Preparation {

  private static final double[] QUALITIES = {0.95, 0.9, 0.8};
  private static final double SMALLER = 0.8;
  private static final int LEAST_SIDE = 64;

  private final long maxPixels;
  private final long maxBitmapPixels;
  private final ReentrantLock oneAtATime = new ReentrantLock(true);

  /**
   * @param maxPixels width times height from which on a picture is refused
   * @param maxBitmapPixels of what is ever in memory: JPEG and PNG that are read a row at a time
   *     are thinned out on the way when they have more, others are refused
   */
  public Preparation(long maxPixels, long maxBitmapPixels) {
    this.maxPixels = maxPixels;
    this.maxBitmapPixels = maxBitmapPixels;
  }

  /**
   * The picture to be sent.
   *
   * @param limits what the model takes
   * @param spool where a new picture is kept
   * @return {@code picture} itself when nothing has to be changed, or when it is none that can be
   *     prepared; else another one, which the caller lets go when it is a {@link Spool.Stored}
   * @throws InvalidRequestException when it cannot be made fit; says why, and what to do
   * @throws IOException when it cannot be read, or the new one not be written
   */
  public Content prepare(Content picture, PictureLimits limits, Spool spool) throws IOException {
    Optional<PictureFacts> known = facts(picture);
    if (known.isEmpty()) {
      return picture; // the check before the call says what is wrong with it
    }
    PictureFacts facts = known.get();
    refuse(facts);
    boolean fits =
        facts.format().isInput()
            && !facts.isTurned()
            && !facts.cmyk()
            && limits.scale(facts.width(), facts.height()) == 1
            && limits.allowsBytes(facts.bare().length());
    if (fits) {
      return facts.bare();
    }
    oneAtATime.lock();
    try {
      return encode(facts, upright(facts, limits), limits, spool);
    } finally {
      oneAtATime.unlock();
    }
  }

  private static Optional<PictureFacts> facts(Content picture) {
    try {
      return PictureFacts.of(picture);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private void refuse(PictureFacts facts) {
    if (facts.pixels() > maxPixels) {
      throw refused(
          size(facts) + "at most " + maxPixels + " in all can be prepared", "shrink it", null);
    }
    if (facts.several()) {
      throw refused(
          "the file holds more than one picture", "save the one that is meant on its own", null);
    }
    if (!facts.whole()) {
      throw refused("the picture is cut off before its end", "copy the file again", null);
    }
  }

  private BufferedImage upright(PictureFacts facts, PictureLimits limits) {
    int thinning = 1;
    if (facts.pixels() > maxBitmapPixels) {
      if (!facts.rowByRow()) {
        throw refused(
            size(facts)
                + "at most "
                + maxBitmapPixels
                + " in all can be prepared of this kind, which is decoded as a whole",
            "shrink it, or save it as JPEG that is not progressive",
            null);
      }
      thinning = (int) Math.ceil(Math.sqrt((double) facts.pixels() / maxBitmapPixels));
    }
    try {
      BufferedImage image = PictureCodec.decode(facts, thinning);
      image = scaled(image, limits.scale(image.getWidth(), image.getHeight()));
      return facts.isTurned() ? turned(image, facts.exif().orientation()) : image;
    } catch (IOException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  /** In sRGB with 8 bits, whatever it was. */
  private static BufferedImage scaled(BufferedImage image, double scale) throws IOException {
    int type = PictureCodec.bitmapType(image);
    if (scale == 1) {
      return image.getType() == type ? image : PictureCodec.copy(image, type);
    }
    return Thumbnails.of(image)
        .forceSize(side(image.getWidth(), scale), side(image.getHeight(), scale))
        .imageType(type)
        .asBufferedImage();
  }

  private static int side(int pixels, double scale) {
    return Math.max(1, (int) (pixels * scale));
  }

  private static BufferedImage turned(BufferedImage image, int orientation) {
    return ExifFilterUtils.getFilterForOrientation(Orientation.typeOf(orientation)).apply(image);
  }

  /** Smaller and smaller until the file is, too. */
  private static Content encode(
      PictureFacts facts, BufferedImage upright, PictureLimits limits, Spool spool)
      throws IOException {
    BufferedImage image = upright;
    boolean transparent = image.getColorModel().hasAlpha();
    boolean png =
        transparent || facts.format() == MediaFormat.PNG || facts.format() == MediaFormat.GIF;
    while (true) {
      Content made = encode(image, png, transparent, limits, spool);
      if (made != null) {
        return made;
      }
      if (Math.min(image.getWidth(), image.getHeight()) * SMALLER < LEAST_SIDE) {
        throw refused(
            "no picture of at most " + limits.maxBytes() + " bytes can be made of it",
            "shrink it",
            null);
      }
      image = scaled(image, SMALLER);
    }
  }

  private static @Nullable Content encode(
      BufferedImage image, boolean png, boolean transparent, PictureLimits limits, Spool spool)
      throws IOException {
    Content made = png ? PictureCodec.png(image, limits, spool) : null;
    for (int i = 0; made == null && !transparent && i < QUALITIES.length; i++) {
      made = PictureCodec.jpeg(image, QUALITIES[i], limits, spool);
    }
    return made;
  }

  private static String size(PictureFacts facts) {
    return "the picture has " + facts.width() + "x" + facts.height() + " pixels, ";
  }

  private static InvalidRequestException unreadable(Exception cause) {
    String why = String.valueOf(cause.getMessage());
    return refused(
        "the picture cannot be decoded (" + io.volccv.error.Printable.shorten(why, 120) + ")",
        "save it again as JPEG or PNG",
        cause);
  }

  private static InvalidRequestException refused(
      String what, String hint, @Nullable Exception cause) {
    return new InvalidRequestException(what + "; " + hint, CvError.before("prepare", hint), cause);
  }
}
