package io.volccv.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.files.JobReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of a CSV (RFC 4180) whose first line names the columns. */
final class CsvRows implements Rows {

  /** The columns that {@link BadRows} adds: a corrected report is a table again. */
  static final List<String> REPORTED = List.of("error.row", "error.reason");

  private static final CsvMapper CSV =
      CsvMapper.builder(
              CsvFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(TableFormat.MAX_CHARS)
                          .build())
                  .build())
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .build();

  private final MappingIterator<String[]> rows;
  private final JobReader reader;
  private final List<String> columns;
  private long number;

  /**
   * @throws TableException when there is no header, or it has columns that no job has
   */
  CsvRows(Reader text, char separator, JobReader reader) throws IOException {
    this.reader = reader;
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(separator);
    this.rows = CSV.readerFor(String[].class).with(schema).readValues(text);
    String[] header = read();
    if (header == null) {
      throw new TableException("the table is empty", "write the names of columns first", null);
    }
    this.columns = columns(header, separator);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Row next() throws IOException {
    String[] cells = read();
    while (cells != null && isEmpty(cells)) {
      cells = read();
    }
    if (cells == null) {
      return null;
    }
    List<String> row = List.of(cells);
    return new Row(number, row, () -> values(row));
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }

  private String @Nullable [] read() throws IOException {
    try {
      if (!rows.hasNextValue()) {
        return null;
      }
      number++;
      return rows.nextValue();
    } catch (StreamConstraintsException e) {
      throw unreadable("has a cell of more than " + TableFormat.MAX_CHARS + " characters", e);
    } catch (JsonProcessingException e) {
      throw unreadable("is no CSV: " + Printable.shorten(e.getOriginalMessage(), 200), e);
    }
  }

  private TableException unreadable(String what, Exception cause) {
    return new TableException(
        "row " + Math.max(1, number) + " " + what,
        "see whether a quotation mark is missing",
        cause);
  }

  private Map<String, Object> values(List<String> cells) {
    if (cells.size() > columns.size()) {
      String hint = "put cells with the separator or a quotation mark in quotation marks";
      throw new InvalidRequestException(
          "the row has " + cells.size() + " cells, the header " + columns.size() + "; " + hint,
          CvError.before("row", hint),
          null);
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      if (!REPORTED.contains(columns.get(i))) {
        row.put(columns.get(i), cells.get(i));
      }
    }
    return reader.row(row);
  }

  private List<String> columns(String[] header, char separator) throws TableException {
    List<String> names = new ArrayList<>();
    Set<String> known = new HashSet<>();
    for (String cell : header) {
      String name = cell.strip();
      if (!known.add(name)) {
        throw new TableException(
            "the column " + Printable.shorten(name, 80) + " is there twice", "rename one", null);
      }
      names.add(name);
    }
    try {
      reader.requireColumns(names.stream().filter(name -> !REPORTED.contains(name)).toList());
    } catch (InvalidRequestException e) {
      String hint = String.valueOf(e.getHint());
      String other = separator == ',' ? ";" : ",";
      throw new TableException(
          "the header is not one of jobs: " + e.getMessage().replace("; " + hint, ""),
          names.size() == 1 && names.get(0).contains(other)
              ? "write csv.separator=" + other + " if that is between the cells"
              : hint,
          e);
    }
    return List.copyOf(names);
  }

  private static boolean isEmpty(String[] cells) {
    for (String cell : cells) {
      if (!cell.isBlank()) {
        return false;
      }
    }
    return true;
  }
}
