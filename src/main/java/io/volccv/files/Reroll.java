package io.volccv.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.MapFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Asks for another picture of the same wish: sets a new {@code seed} in the header {@code
 * CamelVolcCvParams} (Map or JSON text), keeping its other values. For {@code onRedeliveryRef},
 * where Camel has just put back the message as it was before the failed call.
 */
public final class Reroll implements Processor {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final IntSupplier seeds;

  public Reroll() {
    this(() -> ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE));
  }

  /**
   * @param seeds gives values from 0 on
   */
  Reroll(IntSupplier seeds) {
    this.seeds = seeds;
  }

  @Override
  public void process(Exchange exchange) throws JsonProcessingException {
    Message message = exchange.getMessage();
    Object params = message.getHeader(JobKey.PARAMS);
    Map<String, Object> rerolled =
        params instanceof String json
            ? MapFile.textKeys(JSON.readValue(json, Map.class))
            : params instanceof Map<?, ?> map ? MapFile.textKeys(map) : new LinkedHashMap<>();
    rerolled.put("seed", seeds.getAsInt());
    message.setHeader(JobKey.PARAMS, rerolled);
  }
}
