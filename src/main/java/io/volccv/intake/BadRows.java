package io.volccv.intake;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code <table>.errors.csv}: the rows that are no jobs, each with its number and what is wrong. In
 * the encoding of the table, and with its columns behind the two, so that the corrected report is a
 * table of the rows that are still to be made.
 */
final class BadRows implements Closeable {
  private static final CsvMapper CSV =
      CsvMapper.builder().enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING).build();

  private final Path file;
  private final TableFormat format;
  private final List<String> columns;
  private FileChannel channel;
  private SequenceWriter rows;

  private BadRows(Path file, TableFormat format, List<String> columns) {
    this.file = file;
    this.format = format;
    this.columns = columns.stream().filter(name -> !CsvRows.REPORTED.contains(name)).toList();
  }

  static Path file(Path table) {
    return table.resolveSibling(table.getFileName() + ".errors.csv");
  }

  /**
   * Goes on behind what is known to be right.
   *
   * @param bytes how long the report is then; 0 for a new one
   */
  static BadRows open(Path table, TableFormat format, List<String> columns, long bytes)
      throws IOException {
    BadRows report = new BadRows(file(table), format, columns);
    if (bytes == 0) {
      Files.deleteIfExists(report.file);
    } else {
      report.open(bytes);
    }
    return report;
  }

  void add(Row row, List<String> names, String reason) throws IOException {
    if (rows == null) {
      open(0);
      List<String> header = new ArrayList<>(CsvRows.REPORTED);
      header.addAll(columns);
      rows.write(header);
    }
    List<String> line = new ArrayList<>(List.of(Long.toString(row.number()), reason));
    for (int i = 0; i < row.cells().size(); i++) {
      if (i >= names.size() || !CsvRows.REPORTED.contains(names.get(i))) {
        line.add(row.cells().get(i));
      }
    }
    rows.write(line);
  }

  /** How long the report is; on the disk when this returns. */
  long sync() throws IOException {
    if (rows == null) {
      return 0;
    }
    rows.flush();
    channel.force(false);
    return channel.size();
  }

  private void open(long bytes) throws IOException {
    channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
            .truncate(bytes)
            .position(bytes);
    Charset encoding = format.encoding();
    if (bytes == 0 && encoding.equals(java.nio.charset.StandardCharsets.UTF_8)) {
      channel.write(ByteBuffer.wrap("\uFEFF".getBytes(encoding))); // else Excel guesses
    }
    CsvSchema schema = CsvSchema.emptySchema().withColumnSeparator(format.separator());
    rows =
        CSV.writer(schema)
            .writeValues(new OutputStreamWriter(Channels.newOutputStream(channel), encoding));
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
    }
  }
}
