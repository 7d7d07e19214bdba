package io.volccv.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Also what a test that runs as root cannot provoke. */
final class IoReasonTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new AccessDeniedException("/a"), "/a: permission denied"),
        Arguments.of(new NoSuchFileException("/a"), "/a: there is no such file"),
        Arguments.of(new FileAlreadyExistsException("/a"), "/a: it exists and is something else"),
        Arguments.of(new FileSystemException("/a", null, "Is a directory"), "/a: Is a directory"),
        Arguments.of(new FileSystemException("/a"), "/a: FileSystemException"),
        Arguments.of(new IOException("No space left on device"), "No space left on device"),
        Arguments.of(new EOFException(), "EOFException"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureOfTheSystemIsSaidInWords(IOException failure, String words) {
    assertThat(IoReason.of(failure)).isEqualTo(words);
  }
}
