package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.paint.Order;
import io.volccv.sandbox.paint.Painter;
import io.volccv.sandbox.paint.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The synchronous action: parameters in, pictures out. */
final class CvProcess implements ApiAction {
  private static final Pattern COUNT =
      Pattern.compile("(\\d{1,2})\\s*(?:pictures?|images?|photos?|张|幅)", Pattern.CASE_INSENSITIVE);
  private static final int MOST_PICTURES = 15;
  private static final int LONGEST_SIDE = 4096;

  private final Inputs inputs;
  private final FileStore files;
  private final Ids ids;
  private final Random seeds;
  private final Set<String> reqKeys;
  private final @Nullable Function<JsonNode, List<byte[]>> prepared;

  CvProcess(
      Inputs inputs,
      FileStore files,
      Ids ids,
      Random seeds,
      Set<String> reqKeys,
      @Nullable Function<JsonNode, List<byte[]>> prepared) {
    this.inputs = inputs;
    this.files = files;
    this.ids = ids;
    this.seeds = seeds;
    this.reqKeys = reqKeys;
    this.prepared = prepared;
  }

  @Override
  public String name() {
    return "CVProcess";
  }

  @Override
  public String version() {
    return "2022-08-31";
  }

  @Override
  public Job prepare(Call call, ObjectNode json) throws Refusal {
    Params params = Params.check(json);
    ReqKey reqKey = params.reqKey();
    if (!reqKeys.isEmpty() && !reqKeys.contains(reqKey.name())) {
      throw Refusal.of(50400, "Access Denied: Internal Error");
    }
    String prompt = params.prompt();
    if (prompt != null && call.body().upload(prompt) != null
        || prompt != null
            && reqKey.name().startsWith("jimeng")
            && prompt.codePointCount(0, prompt.length()) > 800) {
      throw Refusal.of(50200, "Invalid Request Args: prompt can not be more than 800 chars");
    }
    List<Inputs.Input> pictures = inputs.of(call, params);
    JsonNode args =
        reqKey.hasControlnet() ? params.get("controlnet_args") : Json.MAPPER.createArrayNode();
    Controlnet controlnet = Controlnet.check(args, pictures.size());
    long seed = params.whole("seed", seeds.nextInt(Integer.MAX_VALUE));
    return () -> finish(params, seed, controlnet, paint(params, seed, controlnet, pictures));
  }

  private List<byte[]> paint(
      Params params, long seed, Controlnet controlnet, List<Inputs.Input> pictures) throws Refusal {
    if (prepared != null) {
      return prepared.apply(params.echo(seed).put("req_key", params.reqKey().name()));
    }
    int width = (int) Math.min(LONGEST_SIDE, params.whole("width", 0));
    int height = (int) Math.min(LONGEST_SIDE, params.whole("height", 0));
    Raster input =
        pictures.isEmpty() ? null : pictures.get(controlnet.picture()).raster(width, height);
    Order.Mark mark = mark(params.get("logo_info"));
    List<byte[]> drawn = new ArrayList<>();
    try {
      for (int i = 0; i < count(params, pictures.size()); i++) {
        drawn.add(
            Painter.paint(
                new Order(
                    params.prompt(),
                    seed + i,
                    input,
                    width,
                    height,
                    params.reqKey().format(),
                    mark)));
      }
      if (params.reqKey().name().equals(ReqKey.XL) && controlnet.hasCanny() && input != null) {
        drawn.add(Painter.edgeMap(input, params.reqKey().format()));
      }
    } catch (IOException e) {
      throw Refusal.of(50500, "Internal Error: " + e.getMessage());
    }
    return drawn;
  }

  private Result finish(Params params, long seed, Controlnet controlnet, List<byte[]> pictures)
      throws Refusal {
    boolean asUrls = params.flag("return_url", false);
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.putObject("algorithm_base_resp").put("status_code", 0).put("status_message", "Success");
    if (params.reqKey().name().equals(ReqKey.SEED)) {
      data.put("comfyui_cost", 1);
      controlnet.echo(data);
    }
    ArrayNode urls = data.putArray("image_urls");
    if (asUrls) {
      for (byte[] picture : pictures) {
        urls.add(store(picture));
      }
    }
    context(data.putObject("infer_ctx"), params, seed);
    data.put("llm_result", "").put("pe_result", "").put("predict_tags_result", "");
    String prompt = params.prompt();
    boolean rephrased = prompt != null && params.flag("use_rephraser", true);
    data.put("rephraser_result", rephrased ? prompt + ", rich in detail, natural light" : "");
    data.put("request_id", ids.hex(32)).put("vlm_result", "");
    int images = pictures.size();
    return new Result(
        data, asUrls ? List.of() : pictures, images, params.reqKey().price(images), null);
  }

  private void context(ObjectNode context, Params params, long seed) {
    context
        .put("algorithm_key", params.reqKey().name())
        .put("app_key", "")
        .put("created_at", ids.now());
    context.put("generate_id", "").put("log_id", "").set("params", params.echo(seed));
    context.put("request_id", "").put("session_id", "").put("time_stamp", "");
  }

  private String store(byte[] picture) throws Refusal {
    try {
      return files.store(picture);
    } catch (IOException e) {
      throw Refusal.of(50500, "Internal Error: the picture can't be kept: " + e.getMessage());
    }
  }

  /** Some models read from the prompt how many pictures to make, and charge for each of them. */
  private static int count(Params params, int inputs) {
    String prompt = params.prompt();
    if (!params.reqKey().countsFromPrompt()
        || params.flag("force_single", false)
        || prompt == null) {
      return 1;
    }
    Matcher matcher = COUNT.matcher(prompt);
    return matcher.find()
        ? Math.max(1, Math.min(MOST_PICTURES - inputs, Integer.parseInt(matcher.group(1))))
        : 1;
  }

  private static Order.@Nullable Mark mark(JsonNode logo) {
    if (!logo.path("add_logo").asBoolean(false)) {
      return null;
    }
    return new Order.Mark(
        logo.path("position").asInt(0),
        logo.path("language").asInt(0) == 0,
        logo.path("opacity").asDouble(1),
        logo.path("logo_text_content").asText(""));
  }
}
