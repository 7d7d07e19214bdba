package io.volccv.error;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why the system could not read or write, in words: Java often says nothing but the file. */
public final class IoReason {

  private IoReason() {}

  /** The file, if it is known, and the reason. */
  public static String of(IOException failure) {
    String file = failure instanceof FileSystemException known ? known.getFile() + ": " : "";
    return file + withoutFile(failure);
  }

  /** The reason alone. */
  public static String withoutFile(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "it exists and is something else";
    }
    String reason =
        failure instanceof FileSystemException known ? known.getReason() : failure.getMessage();
    return reason == null ? failure.getClass().getSimpleName() : reason;
  }
}
