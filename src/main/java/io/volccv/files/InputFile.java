package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.IoReason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.WrappedFile;
import org.jspecify.annotations.Nullable;

/** The file of an input, on this machine: which one it is, and whether it can be read. */
public final class InputFile {

  private InputFile() {}

  /**
   * The file in the body of a file source's exchange.
   *
   * @throws IllegalStateException when the body is none
   */
  static Path of(Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    if (body instanceof WrappedFile<?> wrapped) {
      // FTP hands over its own file; with localWorkDirectory the body is the local copy.
      body = wrapped.getFile() instanceof File ? wrapped.getFile() : wrapped.getBody();
    }
    if (body instanceof File file) {
      return file.toPath().toAbsolutePath().normalize();
    }
    throw new IllegalStateException(
        "take wants a file in the body, not "
            + (body == null ? "nothing" : body.getClass().getName())
            + "; make it the first step of a file source (FTP: with localWorkDirectory)");
  }

  /**
   * Looks at the file without opening it: a pipe would never end.
   *
   * @throws InvalidRequestException when it is none, is larger, or lies outside of {@code inbox}
   */
  public static void requireReadable(Path file, Path inbox, long maxBytes) {
    try {
      if (!file.toRealPath().startsWith(inbox.toRealPath())) {
        throw refused("is a link that leaves the inbox", "put a copy into the inbox", null);
      }
      if (!Files.isRegularFile(file)) {
        throw refused("is a pipe or a device", "put a picture into the inbox", null);
      }
      long size = Files.size(file);
      if (size > maxBytes) {
        String limit = ", at most " + maxBytes + " may be";
        throw refused("has " + size + " bytes" + limit, "shrink the picture", null);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Its SHA-256 in lower-case hex. */
  public static String hash(Path file) {
    try {
      return Hashes.sha256(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static InvalidRequestException unreadable(IOException cause) {
    String why = IoReason.of(cause);
    return refused("cannot be read (" + why + ")", "check the file and its permissions", cause);
  }

  private static InvalidRequestException refused(
      String what, String hint, @Nullable IOException cause) {
    return new InvalidRequestException(
        "the file " + what + "; " + hint, CvError.before("input", hint), cause);
  }
}
