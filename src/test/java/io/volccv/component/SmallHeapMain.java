package io.volccv.component;

import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Sends one picture many times at once through a Camel route, and prints the hashes of each
 * answer's pictures; run in a process of its own with a small heap.
 *
 * <p>Arguments: base URL, API key, picture, calls at a time, rounds.
 */
public final class SmallHeapMain {

  private SmallHeapMain() {}

  public static void main(String[] args) throws Exception {
    int atATime = Integer.parseInt(args[3]);
    int rounds = Integer.parseInt(args[4]);
    VolcCvComponent component = new VolcCvComponent();
    component.getConfiguration().setBaseUrl(args[0]);
    component.getConfiguration().setApiKey(args[1]);
    component.setMaxInFlight(atATime);
    try (CamelContext camel = new DefaultCamelContext()) {
      camel.addComponent("volccv", component);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:in")
                  .errorHandler(noErrorHandler())
                  .to(
                      "volccv:process?output=result&prompt=a&reqKey=high_aes_scheduler_svr_controlnet_v2.0")
                  .process(SmallHeapMain::hashes);
            }
          });
      camel.start();
      ProducerTemplate template = camel.createProducerTemplate();
      for (int round = 0; round < rounds; round++) {
        List<CompletableFuture<Exchange>> calls =
            java.util.stream.IntStream.range(0, atATime)
                .mapToObj(
                    i ->
                        template.asyncSend(
                            "direct:in",
                            exchange -> exchange.getMessage().setBody(Path.of(args[2]))))
                .toList();
        for (CompletableFuture<Exchange> call : calls) {
          Exchange done = call.join();
          if (done.getException() != null) {
            throw done.getException();
          }
          System.out.println(done.getMessage().getBody(String.class));
        }
      }
    }
  }

  private static void hashes(Exchange exchange) throws Exception {
    StringBuilder line = new StringBuilder("hashes");
    for (CvImage image : exchange.getMessage().getBody(CvResult.class).images()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(image.stream(), digest)) {
        in.transferTo(java.io.OutputStream.nullOutputStream());
      }
      line.append(' ').append(HexFormat.of().formatHex(digest.digest()));
    }
    exchange.getMessage().setBody(line.toString());
  }
}
