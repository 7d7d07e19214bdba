package io.volccv.component;

import io.volccv.client.ModelCatalog;
import io.volccv.model.CvRequest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The merge of options, body and headers into one request; in this package since it is internal.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class MergeOfParameters {

  private MessageReader reader;
  private Exchange exchange;

  @Setup
  public void prepare() {
    reader =
        new MessageReader(
            "high_aes_general_v30l_zt2i",
            ModelCatalog.shipped(),
            Map.of("width", 1024, "height", 1024, "use_pre_llm", true, "scale", 2.5),
            new MessageParams(null),
            null,
            null,
            () -> {
              throw new IllegalStateException("there is nothing to spool");
            });
    exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody("a cat on a fence");
    exchange.getMessage().setHeader("CamelVolcCvParams", "{\"seed\": 7, \"width\": 512}");
    exchange.getMessage().setHeader("CamelVolcCvJobKey", "job-1");
  }

  @Benchmark
  public CvRequest mergeOfParameters() throws IOException {
    return reader.read(exchange);
  }
}
