package io.volccv.sandbox;

import io.volccv.sandbox.paint.Order.Format;
import java.util.Map;
import java.util.Set;

/**
 * What the sandbox knows of one {@code req_key}; an unknown key is a text-or-picture model at the
 * usual price.
 *
 * @param needsPicture whether a call without a picture is refused
 * @param format of the pictures it makes
 * @param fen its price in hundredths of a CNY
 * @param perCall whether the price is for the call and not for each picture
 */
record ReqKey(String name, boolean needsPicture, Format format, int fen, boolean perCall) {
  /** The key of the vendor's example: one picture in, a restyled one out, edges kept. */
  static final String SEED = "high_aes_scheduler_svr_controlnet_v2.0";

  static final String XL = "i2i_xl_sft";

  /** They decide from the prompt how many pictures they make. */
  private static final Set<String> COUNT_FROM_PROMPT =
      Set.of("jimeng_t2i_v40", "jimeng_seedream46_cvtob");

  private static final Set<String> WITH_CONTROLNET = Set.of(SEED, XL);

  private static final Map<String, ReqKey> KNOWN =
      Map.ofEntries(
          key(SEED, true, Format.JPEG, 20, false),
          key(XL, true, Format.JPEG, 20, true),
          key("byteedit_v2.0", true, Format.JPEG, 20, false),
          key("seededit_v3.0", true, Format.JPEG, 20, false),
          key("jimeng_i2i_v30", true, Format.JPEG, 20, false),
          key("jimeng_t2i_v40", false, Format.PNG, 22, false),
          key("jimeng_seedream46_cvtob", false, Format.PNG, 22, false),
          key("i2i_material_extraction", true, Format.PNG, 22, false),
          key("jimeng_i2i_extract_tiled_images", true, Format.PNG, 22, false),
          key("i2i_inpainting", true, Format.JPEG, 20, true),
          key("i2i_inpainting_edit", true, Format.JPEG, 20, true),
          key("jimeng_image2image_dream_inpaint", true, Format.JPEG, 20, true),
          key("i2i_outpainting", true, Format.PNG, 20, true),
          key("jimeng_i2i_seed3_tilesr_cvtob", true, Format.PNG, 40, true),
          key("lens_nnsr2_pic_common", true, Format.PNG, 20, true));

  static ReqKey of(String name) {
    ReqKey known = KNOWN.get(name);
    return known == null ? new ReqKey(name, false, Format.JPEG, 20, false) : known;
  }

  boolean countsFromPrompt() {
    return COUNT_FROM_PROMPT.contains(name);
  }

  boolean hasControlnet() {
    return WITH_CONTROLNET.contains(name);
  }

  int price(int images) {
    return perCall ? fen : fen * images;
  }

  private static Map.Entry<String, ReqKey> key(
      String name, boolean needsPicture, Format format, int fen, boolean perCall) {
    return Map.entry(name, new ReqKey(name, needsPicture, format, fen, perCall));
  }
}
