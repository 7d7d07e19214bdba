package io.volccv.bench.calls;

import io.volccv.bench.Payload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/** CPU per call of all contenders as bars, one group for each payload and number at a time. */
final class CallPlot {

  /** Below what the quickest call takes: a bar on a logarithmic axis has to begin somewhere. */
  private static final double LEAST_MS = 0.001;

  private static final List<Payload> PAYLOADS = List.of(Payload.S, Payload.M, Payload.L);

  private final List<Row> rows;

  CallPlot(List<Row> rows) {
    this.rows = rows;
  }

  /** As a PNG. */
  void save(Path file) throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(1100)
            .height(600)
            .title("CPU of the client per call (signed; camel-http: Bearer)")
            .yAxisTitle("ms, logarithmic")
            .build();
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisMin(LEAST_MS);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    for (Contender contender : Contender.values()) {
      List<String> groups = new ArrayList<>();
      List<Double> values = new ArrayList<>();
      for (Payload payload : PAYLOADS) {
        for (int concurrency : List.of(1, 16)) {
          cpu(contender, payload, concurrency)
              .ifPresent(
                  value -> {
                    groups.add(payload + ", " + concurrency);
                    values.add(value);
                  });
        }
      }
      if (!values.isEmpty()) {
        chart.addSeries(contender.label(), groups, values);
      }
    }
    if (!chart.getSeriesMap().isEmpty()) {
      BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
  }

  private Optional<Double> cpu(Contender contender, Payload payload, int concurrency) {
    return rows.stream()
        .filter(row -> row.contender() == contender && row.payload() == payload)
        .filter(row -> row.concurrency() == concurrency && row.latencyMs() == 0)
        .filter(row -> row.auth() == contender.strongest())
        .map(Row::cpuMs)
        .findFirst();
  }
}
