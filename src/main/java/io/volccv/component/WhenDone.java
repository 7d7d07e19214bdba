package io.volccv.component;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/** Something that ends with the exchange, however it ends, and moves with it to another thread. */
final class WhenDone {

  private WhenDone() {}

  static void run(Exchange exchange, Runnable task) {
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                task.run();
              }
            });
  }
}
