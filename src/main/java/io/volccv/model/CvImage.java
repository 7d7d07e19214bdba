package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A picture (or video) that a call brought: a handle that can be read any number of times, by
 * several readers at once, until it is {@linkplain #release() released}.
 *
 * @param format what its first bytes say it is
 * @param stored the bytes
 */
public record CvImage(MediaFormat format, Spool.Stored stored) implements Content {

  public CvImage {
    requireNonNull(format, "format is null");
    requireNonNull(stored, "stored is null");
  }

  @Override
  public long length() {
    return stored.length();
  }

  @Override
  public ReadableByteChannel open() throws IOException {
    return stored.open();
  }

  /** Opens the bytes as a stream; the caller closes it. */
  public InputStream stream() throws IOException {
    return Channels.newInputStream(open());
  }

  /** The spool file, empty when the picture is in memory. It is gone after {@link #release()}. */
  public Optional<Path> file() {
    return stored.file();
  }

  /** The media type, for example {@code image/png}. */
  public String mediaType() {
    return format.mediaType();
  }

  /** Another hold on the same picture, to be released on its own. */
  public CvImage share() {
    return new CvImage(format, stored.share());
  }

  /** Lets go of the bytes; they go with the last hold. */
  public void release() {
    stored.release();
  }

  @Override
  public String toString() {
    return "CvImage[" + format.mediaType() + ", " + length() + " bytes]";
  }
}
