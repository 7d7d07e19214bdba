package io.volccv.intake;

import io.volccv.files.JobReader;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a file with a JSON object in each line. */
final class LineRows implements Rows {
  private final Reader text;
  private final JobReader reader;
  private final StringBuilder line = new StringBuilder();
  private long number;

  LineRows(Reader text, JobReader reader) {
    this.text = text;
    this.reader = reader;
  }

  @Override
  public List<String> columns() {
    return List.of("job");
  }

  @Override
  public @Nullable Row next() throws IOException {
    String read = read();
    while (read != null && read.isBlank()) {
      read = read();
    }
    if (read == null) {
      return null;
    }
    String json = read;
    return new Row(number, List.of(json), () -> reader.values(json));
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  /** Unlike {@code readLine} of the JDK it does not take a file without an end of line whole. */
  private @Nullable String read() throws IOException {
    line.setLength(0);
    int c = text.read();
    if (c < 0) {
      return null;
    }
    number++;
    for (; c >= 0 && c != '\n'; c = text.read()) {
      if (line.length() == TableFormat.MAX_CHARS) {
        throw new TableException(
            "line " + number + " has more than " + TableFormat.MAX_CHARS + " characters",
            "write one JSON object in each line",
            null);
      }
      line.append((char) c);
    }
    return line.toString();
  }
}
