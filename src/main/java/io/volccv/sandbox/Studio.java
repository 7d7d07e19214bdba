package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.sandbox.paint.Order;
import io.volccv.sandbox.paint.Painter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where all pictures come from, those of synchronous calls and those of tasks. */
final class Studio {
  private final Inputs inputs;
  private final Ids ids;
  private final Random seeds;
  private final Set<String> reqKeys;
  private final @Nullable Function<JsonNode, List<byte[]>> prepared;

  Studio(
      Inputs inputs,
      Ids ids,
      Random seeds,
      Set<String> reqKeys,
      @Nullable Function<JsonNode, List<byte[]>> prepared) {
    this.inputs = inputs;
    this.ids = ids;
    this.seeds = seeds;
    this.reqKeys = reqKeys;
    this.prepared = prepared;
  }

  /** Checks what can be checked without decoding a picture. */
  Painting commission(CallBody body, Params params) throws Refusal {
    ReqKey reqKey = params.reqKey();
    if (!reqKeys.isEmpty() && !reqKeys.contains(reqKey.name())) {
      throw Refusal.of(50400, "Access Denied: Internal Error");
    }
    String prompt = params.prompt();
    if (prompt != null
        && (body.upload(prompt) != null
            || (reqKey.name().startsWith("jimeng")
                && prompt.codePointCount(0, prompt.length()) > 800))) {
      throw Refusal.of(50200, "Invalid Request Args: prompt can not be more than 800 chars");
    }
    List<Inputs.Input> pictures = inputs.of(body, params);
    JsonNode args =
        reqKey.hasControlnet() ? params.get("controlnet_args") : Json.MAPPER.createArrayNode();
    Controlnet controlnet = Controlnet.check(args, pictures.size());
    long seed = params.whole("seed", seeds.nextInt(Integer.MAX_VALUE));
    return new Painting(params, seed, controlnet, pictures, ids, prepared);
  }

  /** Finished pictures with the label on them; prepared ones are nobody's to draw on. */
  List<byte[]> marked(List<byte[]> pictures, ReqKey reqKey, Order.@Nullable Mark mark)
      throws IOException {
    if (mark == null || prepared != null) {
      return pictures;
    }
    List<byte[]> marked = new ArrayList<>();
    for (byte[] picture : pictures) {
      marked.add(Painter.mark(picture, reqKey.format(), mark));
    }
    return marked;
  }
}
