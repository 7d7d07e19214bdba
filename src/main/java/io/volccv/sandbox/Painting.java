package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.paint.Order;
import io.volccv.sandbox.paint.Painter;
import io.volccv.sandbox.paint.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checked parameters that can be drawn; the same ones with the same seed give the same pictures.
 *
 * @param prepared pictures in place of drawn ones, or null
 */
record Painting(
    Params params,
    long seed,
    Controlnet controlnet,
    List<Inputs.Input> inputs,
    Ids ids,
    @Nullable Function<JsonNode, List<byte[]>> prepared) {
  private static final Pattern COUNT =
      Pattern.compile("(\\d{1,2})\\s*(?:pictures?|images?|photos?|张|幅)", Pattern.CASE_INSENSITIVE);
  private static final int MOST_PICTURES = 15;
  private static final int LONGEST_SIDE = 4096;

  List<byte[]> paint(Order.@Nullable Mark mark) throws Refusal {
    if (prepared != null) {
      return prepared.apply(params.echo(seed).put("req_key", params.reqKey().name()));
    }
    int width = (int) Math.min(LONGEST_SIDE, params.whole("width", 0));
    int height = (int) Math.min(LONGEST_SIDE, params.whole("height", 0));
    Raster input = inputs.isEmpty() ? null : inputs.get(controlnet.picture()).raster(width, height);
    Order.Format format = params.reqKey().format();
    List<byte[]> drawn = new ArrayList<>();
    try {
      for (int i = 0; i < count(); i++) {
        drawn.add(
            Painter.paint(
                new Order(params.prompt(), seed + i, input, width, height, format, mark)));
      }
      if (params.reqKey().name().equals(ReqKey.XL) && controlnet.hasCanny() && input != null) {
        drawn.add(Painter.edgeMap(input, format));
      }
    } catch (IOException e) {
      throw Refusal.of(50500, "Internal Error: " + e.getMessage());
    }
    return drawn;
  }

  /** What the answer says besides its pictures; {@code image_urls} is empty. */
  ObjectNode data() {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.putObject("algorithm_base_resp").put("status_code", 0).put("status_message", "Success");
    if (params.reqKey().name().equals(ReqKey.SEED)) {
      data.put("comfyui_cost", 1);
      controlnet.echo(data);
    }
    data.putArray("image_urls");
    context(data.putObject("infer_ctx"));
    data.put("llm_result", "").put("pe_result", "").put("predict_tags_result", "");
    String prompt = params.prompt();
    boolean rephrased = prompt != null && params.flag("use_rephraser", true);
    data.put("rephraser_result", rephrased ? prompt + ", rich in detail, natural light" : "");
    return data.put("request_id", ids.hex(32)).put("vlm_result", "");
  }

  /** What so many pictures cost, in hundredths of a CNY. */
  int price(int images) {
    return params.reqKey().price(images);
  }

  private void context(ObjectNode context) {
    context
        .put("algorithm_key", params.reqKey().name())
        .put("app_key", "")
        .put("created_at", ids.now());
    context.put("generate_id", "").put("log_id", "").set("params", params.echo(seed));
    context.put("request_id", "").put("session_id", "").put("time_stamp", "");
  }

  /** Some models read from the prompt how many pictures to make, and charge for each of them. */
  private int count() {
    String prompt = params.prompt();
    if (!params.reqKey().countsFromPrompt()
        || params.flag("force_single", false)
        || prompt == null) {
      return 1;
    }
    Matcher matcher = COUNT.matcher(prompt);
    return matcher.find()
        ? Math.max(1, Math.min(MOST_PICTURES - inputs.size(), Integer.parseInt(matcher.group(1))))
        : 1;
  }
}
