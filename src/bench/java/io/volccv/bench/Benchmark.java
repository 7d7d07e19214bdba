package io.volccv.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.bench.app.FolderPart;
import io.volccv.bench.app.MemoryPart;
import io.volccv.bench.app.StartPart;
import io.volccv.bench.calls.CallsPart;
import io.volccv.bench.inflight.InFlightPart;
import io.volccv.bench.ledger.LedgerPart;
import io.volccv.bench.ledger.QuotaPart;
import io.volccv.bench.pieces.PiecesPart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Runs the parts one after the other and prints the table of goals.
 *
 * <p>{@code -Dbench.parts=a,b} runs only these, {@code -Dbench.cells=M-1-0,...} measures calls in
 * these cells only, {@code -Dbench.ledger.rows=N} fills the ledger with so many jobs, and {@code
 * -Dbench.rounds=N} measures the start, the pieces and the ledger N times. Everything that is
 * written is below {@code target/bench}.
 */
public final class Benchmark {

  private static final List<Part> PARTS =
      List.of(
          new CallsPart(),
          new InFlightPart(),
          new MemoryPart(),
          new FolderPart(),
          new StartPart(),
          new PiecesPart(),
          new QuotaPart(),
          new LedgerPart());

  private Benchmark() {}

  public static void main(String[] args) throws Exception {
    Path target = Path.of("target").toAbsolutePath();
    Path folder = Files.createDirectories(target.resolve("bench"));
    Bench bench = new Bench(folder, target.resolve("volccv"), Integer.getInteger("bench.rounds"));
    Set<String> wanted = Set.of(System.getProperty("bench.parts").split(","));
    List<String> names = PARTS.stream().map(Part::name).toList();
    if (!wanted.equals(Set.of("all")) && !names.containsAll(wanted)) {
      throw new IllegalArgumentException("bench.parts=" + wanted + ", but there are " + names);
    }
    List<Finding> findings = new ArrayList<>();
    for (Part part : PARTS) {
      if (wanted.contains("all") || wanted.contains(part.name())) {
        System.out.println("== " + part.name());
        long start = System.nanoTime();
        findings.addAll(part.run(bench));
        System.out.printf("%d s%n", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
      }
    }
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(folder.resolve("goals.json").toFile(), findings);
    for (Finding finding : findings) {
      System.out.printf(
          "%-4s %s: %s (goal: %s)%n",
          finding.isMet() ? "met" : "MISS", finding.what(), finding.measured(), finding.goal());
    }
  }
}
