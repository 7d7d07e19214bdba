package io.volccv.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.error.IoReason;
import io.volccv.files.ProvenanceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code provenance}: where a picture comes from, and whether it is still the same. */
@Command(
    name = "provenance",
    description = {
      "Shows where a picture comes from: what is written in it and in the .json beside it.",
      "Compares both, and the picture with the hash that it had when it was delivered.",
      "Exit code 1 when something does not agree, or nothing is known."
    },
    sortOptions = false)
final class ProvenanceCommand implements Callable<Integer> {
  private static final int NAME_WIDTH = 14;

  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "FILE", description = "The picture, or its .json.")
  private Path file;

  ProvenanceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    ProvenanceRecord record = read();
    if (common.json()) {
      terminal.out().println(new JsonMapper().writeValueAsString(asJson(record)));
    } else {
      print(record);
    }
    boolean contradicts =
        Boolean.FALSE.equals(record.isVerified()) || !record.differences().isEmpty();
    return record.isKnown() && !contradicts ? ExitCode.OK : ExitCode.JOBS_FAILED;
  }

  private ProvenanceRecord read() {
    try {
      return ProvenanceRecord.read(file);
    } catch (IOException e) {
      throw new ConfigException("FILE", "cannot read " + IoReason.of(e) + "; write a picture", e);
    } catch (IllegalArgumentException e) {
      String what = "the provenance of " + file + " " + e.getMessage();
      throw new ConfigException("FILE", DisplayText.oneLine(what) + "; restore it", e);
    }
  }

  private static Map<String, Object> asJson(ProvenanceRecord record) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("file", record.picture().toString());
    all.put("sha256", record.sha256());
    all.put("verified", record.isVerified());
    all.put("differences", record.differences());
    all.put("marks", record.marks());
    all.put("beside", record.beside());
    all.put("inside", record.inside());
    return all;
  }

  private void print(ProvenanceRecord record) throws JsonProcessingException {
    Map<String, Object> fields = record.beside() == null ? record.inside() : record.beside();
    line("file", record.picture().toString());
    if (fields == null) {
      line("provenance", "none, neither in the picture nor beside it");
    } else {
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        line(field.getKey(), text(field.getValue()));
      }
    }
    if (fields != null) {
      line("written", places(record));
    }
    if (!record.marks().isEmpty()) {
      line("marks", String.join(", ", record.marks()));
    }
    if (record.isVerified() != null) {
      line(
          "verified",
          record.isVerified()
              ? "the file is the one that was delivered"
              : "NO: the file was changed");
    }
    if (!record.differences().isEmpty()) {
      line("differs", "NO: the picture tells other " + String.join(", ", record.differences()));
    }
  }

  private static String places(ProvenanceRecord record) {
    if (record.beside() == null) {
      return "in the picture";
    }
    return record.inside() == null ? "beside the picture" : "in the picture and beside it";
  }

  private static String text(Object value) throws JsonProcessingException {
    if (value == null) {
      return "-";
    }
    return value instanceof Map<?, ?>
        ? new JsonMapper().writeValueAsString(value)
        : value.toString();
  }

  private void line(String name, String text) {
    terminal
        .out()
        .println(
            DisplayText.padRight(DisplayText.oneLine(name), NAME_WIDTH)
                + DisplayText.oneLine(text));
  }
}
