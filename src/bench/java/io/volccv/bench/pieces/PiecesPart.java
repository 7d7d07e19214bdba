package io.volccv.bench.pieces;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The pieces by themselves; no goal is about them, but they tell where a call's time goes. */
public final class PiecesPart implements Part {

  private static final TimeValue ITERATION = TimeValue.milliseconds(300);

  @Override
  public String name() {
    return "pieces";
  }

  @Override
  public List<Finding> run(Bench bench) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include("Pieces|MergeOfParameters")
            .forks(1)
            .warmupIterations(5)
            .warmupTime(ITERATION)
            .measurementIterations(bench.rounds())
            .measurementTime(ITERATION)
            .addProfiler(GCProfiler.class)
            .resultFormat(ResultFormatType.JSON)
            .result(bench.folder().resolve("pieces.json").toString())
            .output(bench.folder().resolve("pieces.log").toString())
            .build();
    for (RunResult result : new Runner(options).run()) {
      Result<?> allocated = result.getSecondaryResults().get("gc.alloc.rate.norm");
      System.out.printf(
          Locale.ROOT,
          "%-20s %10.2f us %10.0f bytes%n",
          result.getPrimaryResult().getLabel(),
          result.getPrimaryResult().getScore(),
          allocated == null ? Double.NaN : allocated.getScore());
    }
    return List.of();
  }
}
