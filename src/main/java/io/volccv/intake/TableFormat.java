package io.volccv.intake;

import io.volccv.files.JobReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Locale;

/**
 * How tables are written.
 *
 * @param encoding of all tables
 * @param separator between the cells of a CSV
 */
record TableFormat(Charset encoding, char separator) {

  /** Of a cell and of a line: room for a picture of 5 MB in base64. */
  static final int MAX_CHARS = 8_000_000;

  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /**
   * The rows of a table. Its name says what it is: {@code .jsonl} and {@code .ndjson} have a JSON
   * object in each line, anything else is CSV with a header.
   *
   * @throws TableException when it has no header, or one with columns that no job has
   */
  Rows rows(String name, InputStream in, JobReader reader) throws IOException {
    return isLines(name)
        ? new LineRows(characters(in), reader)
        : new CsvRows(characters(in), separator, reader);
  }

  static boolean isLines(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".jsonl") || lower.endsWith(".ndjson");
  }

  /** Strict: what is no text of the encoding is an error, and not a row of question marks. */
  private Reader characters(InputStream in) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                in,
                encoding
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)),
            64 * 1024);
    reader.mark(1);
    if (reader.read() != BYTE_ORDER_MARK) {
      reader.reset();
    }
    return reader;
  }
}
