package io.volccv.intake;

import io.volccv.files.Hashes;
import io.volccv.files.JobReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A table read once without doing anything: a wrong encoding or a missing quotation mark is found
 * before the first row is paid for, since a corrected table is another one with other job keys.
 *
 * @param sha256 of the file, in lower-case hex
 * @param rows how many rows it has that are not empty
 */
record TableSurvey(String sha256, long rows) {

  /**
   * @throws TableException when it cannot be read to its end
   */
  static TableSurvey of(Path table, TableFormat format, JobReader reader) throws IOException {
    MessageDigest digest = Hashes.sha256();
    long rows = 0;
    try (InputStream in = new DigestInputStream(Files.newInputStream(table), digest);
        Rows all = format.rows(String.valueOf(table.getFileName()), in, reader)) {
      while (all.next() != null) {
        rows++;
      }
    } catch (CharacterCodingException e) {
      throw new TableException(
          "the table is no text in " + format.encoding(),
          "write csv.encoding=" + (format.encoding().name().equals("UTF-8") ? "GBK" : "UTF-8"),
          e);
    }
    return new TableSurvey(HexFormat.of().formatHex(digest.digest()), rows);
  }
}
