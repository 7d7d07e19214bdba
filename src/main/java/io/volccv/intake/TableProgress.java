package io.volccv.intake;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * How far a table has come; it lies beside the table while that is read, as {@code
 * <table>.progress}. For people, and for whoever goes on after a crash.
 *
 * @param sha256 of the table: of another one nothing is known
 * @param rows how many it has
 * @param row the number of the last row that is in the queue or reported
 * @param done how many rows that were
 * @param jobs how many jobs are in the queue
 * @param bad how many rows were reported
 * @param reportBytes how long the report was then; what is behind it is written again
 */
record TableProgress(
    String sha256, long rows, long row, long done, long jobs, long bad, long reportBytes) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static TableProgress begin(TableSurvey survey) {
    return new TableProgress(survey.sha256(), survey.rows(), 0, 0, 0, 0, 0);
  }

  static Path file(Path table) {
    return table.resolveSibling(table.getFileName() + ".progress");
  }

  /** What a run before has left; nothing that cannot be read is trusted. */
  static @Nullable TableProgress read(Path table) {
    try {
      return JSON.readValue(file(table).toFile(), TableProgress.class);
    } catch (IOException e) {
      return null;
    }
  }

  /** Written whole or not at all. */
  void write(Path table) throws IOException {
    Path file = file(table);
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    Files.write(part, JSON.writeValueAsBytes(this));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
