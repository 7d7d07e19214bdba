package io.volccv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.client.ModelSpec.Mode;
import io.volccv.client.ModelSpec.Param;
import io.volccv.client.ModelSpec.Results.Kind;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.model.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model data as shipped, and as a user's file changes it. */
final class ModelCatalogTest {

  private static final ModelCatalog SHIPPED = ModelCatalog.shipped();

  /** Every key that the vendor's catalogue names. */
  private static final String KEYS =
      """
      high_aes_scheduler_svr_controlnet_v2.0
      high_aes_general_v30l_zt2i
      high_aes_general_v21_L
      high_aes_general_v20_L
      high_aes_general_v20
      high_aes_general_v14
      high_aes
      t2i_xl_sft
      t2i_ldm
      jimeng_high_aes_general_v21_L
      jimeng_t2i_v30
      jimeng_t2i_v31
      jimeng_t2i_v40
      jimeng_seedream46_cvtob
      jimeng_high_aes_general_v31
      i2i_xl_sft
      byteedit_v2.0
      seededit_v3.0
      jimeng_i2i_v30
      seed3l_single_ip
      seed3l_multi_ip
      high_aes_ip_v20
      i2i_portrait_photo
      i2i_multi_style_zx2x
      img2img_ai_doodle_dreamina
      img2img_anime_accelerated_maintain_id
      img2img_anime_accelerated_maintain_id_for_smart_drawing_anime
      img2img_style
      img2img_anime
      img2img_disney_3d_style
      img2img_real_mix_style
      img2img_pastel_boys_style
      img2img_cartoon_style
      img2img_makoto_style
      img2img_rev_animated_style
      img2img_blueline_style
      img2img_water_ink_style
      img2img_water_paint_style
      img2img_comic_style
      img2img_exquisite_style
      img2img_anime_jimeng
      img2img_photoverse_executive_ID_photo
      img2img_photoverse_american_comics
      i2i_inpainting
      i2i_inpainting_edit
      i2i_outpainting
      jimeng_image2image_dream_inpaint
      jimeng_img2img_seed3_painting_edit
      image2image_dream_inpaint_jimeng
      i2i_material_extraction
      jimeng_i2i_extract_tiled_images
      img2img_e_commerce_style
      jimeng_ecom_product_img_v30
      i2i_ad_agent
      i2i_ads_agent
      i2i_short_play_cover_agent
      dressing_diffusion
      dressing_diffusionV2
      faceswap
      face_swap3_3
      face_swap3_6
      i2i_single_faceswap_jimeng
      faceswap_ai
      emotion_portrait
      hair_style
      all_age_generation
      ai_gufeng
      tupo_cartoon
      img2video3d
      lens_nnsr2_pic_common
      lens_lqir
      lens_opr
      lens_vida_nnsr
      lens_vida_single_pic
      lens_video_nnsr
      lens_vida_video
      saliency_seg
      entity_seg
      image_correction
      jimeng_i2i_seed3_tilesr_cvtob
      jimeng_vgfm_t2v_l20
      jimeng_vgfm_i2v_l20
      jimeng_ti2v_v30_pro
      jimeng_t2v_v30
      jimeng_t2v_v30_1080p
      jimeng_i2v_first_v30
      jimeng_i2v_first_v30_1080
      jimeng_i2v_first_tail_v30
      jimeng_i2v_first_tail_v30_1080
      jimeng_i2v_recamera_v30
      jimeng_dream_actor_m1_gen_video_cv
      jimeng_dreamactor_m20_gen_video
      jimeng_realman_avatar_picture_create_role_omni
      jimeng_realman_avatar_picture_create_role_omni_v15
      jimeng_realman_avatar_object_detection
      jimeng_realman_avatar_picture_omni_v2
      jimeng_realman_avatar_picture_omni_v15
      realman_change_lips
      realman_change_lips_basic_chimera
      realman_video_remake_tob
      video_translate_v2_cvtob
      pippit_iv2v_v20_cvtob
      pippit_iv2v_v20_cvtob_with_vinput
      """;

  @TempDir Path folder;

  static Stream<String> keys() {
    return KEYS.lines().map(String::strip);
  }

  @Test
  void everyKeyOfTheCatalogueIsKnownAndNoOther() {
    assertThat(SHIPPED.all().keySet()).containsExactlyElementsOf(keys().toList());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void anEntryAgreesWithItself(String key) {
    ModelSpec model = SHIPPED.get(key);

    assertThat(model.source()).as("where it comes from").isNotBlank();
    assertThat(model.params()).as("the prompt's rule is its own").doesNotContainKey(prompt(model));
    if (model.pictures() != null) {
      for (String field : model.pictures().fields()) {
        requireUrlField(model.params(), List.of(field.split("\\.")));
      }
    }
    if (model.results() != null && model.results().kind() != Kind.IMAGE) {
      assertThat(model.price()).as("no price of a video is known").isNull();
    }
  }

  private static void requireUrlField(Map<String, Param> params, List<String> path) {
    Param param = params.get(path.get(0));
    assertThat(param).as("the parameter " + path.get(0)).isNotNull();
    if (path.size() > 1) {
      requireUrlField(param.fields(), path.subList(1, path.size()));
    } else {
      assertThat(param.type()).isIn(ModelSpec.Type.STRING, ModelSpec.Type.ARRAY);
    }
  }

  private static String prompt(ModelSpec model) {
    return model.prompt() == null ? "" : model.prompt().field();
  }

  @ParameterizedTest
  @CsvSource({
    "high_aes_scheduler_svr_controlnet_v2.0,          SYNC,   prompt",
    "high_aes_general_v30l_zt2i,                      SYNC,   prompt",
    "jimeng_t2i_v40,                                  ASYNC,  prompt",
    "i2i_inpainting_edit,                             SYNC,   custom_prompt",
    "i2i_material_extraction,                         ASYNC,  image_edit_prompt",
    "jimeng_i2i_extract_tiled_images,                 ASYNC,  edit_prompt",
    "img2img_anime_accelerated_maintain_id,           SYNC,   positive_prompt",
    "jimeng_realman_avatar_object_detection,          SYNC,   prompt",
    "jimeng_realman_avatar_picture_omni_v15,          NATIVE, prompt",
  })
  void theUsualWayToCallAndThePromptFieldAreKnown(String key, Mode usual, String promptField) {
    assertThat(SHIPPED.get(key).modes().get(0)).isEqualTo(usual);
    assertThat(SHIPPED.get(key).promptField()).isEqualTo(promptField);
  }

  @ParameterizedTest
  @CsvSource({
    "jimeng_t2i_v40,                   3, 660",
    "jimeng_seedream46_cvtob,          3, 660",
    "i2i_material_extraction,          1, 220",
    "jimeng_i2i_extract_tiled_images,  1, 220",
    "jimeng_image2image_dream_inpaint, 2, 200",
    "jimeng_i2i_seed3_tilesr_cvtob,    2, 400",
  })
  void aKnownPriceIsForTheImageOrForTheCall(String key, int images, long milliCny) {
    assertThat(SHIPPED.get(key).cost(images)).contains(new Money(milliCny));
  }

  @Test
  void aPriceThatNobodyNamedIsNotGuessed() {
    assertThat(SHIPPED.all().entrySet().stream().filter(e -> e.getValue().price() != null))
        .hasSize(6);
    assertThat(SHIPPED.get("high_aes_scheduler_svr_controlnet_v2.0").cost(1)).isEmpty();
  }

  @Test
  void theMostPicturesOfACallDependOnWhatItBrings() {
    ModelSpec model = SHIPPED.get("jimeng_t2i_v40");

    assertThat(model.maxImages(request(Map.of()))).isEqualTo(15);
    assertThat(model.maxImages(request(Map.of("image_urls", List.of("https://a", "https://b")))))
        .isEqualTo(13);
    assertThat(model.maxImages(request(Map.of("force_single", true)))).isEqualTo(1);
    assertThat(model.maxImages(request(Map.of("force_single", false)))).isEqualTo(15);
    assertThat(SHIPPED.get("i2i_xl_sft").maxImages(request(Map.of()))).isEqualTo(2);
    assertThat(SHIPPED.get("image_correction").maxImages(request(Map.of()))).isZero();
    assertThat(SHIPPED.get("unknown").maxImages(request(Map.of()))).isEqualTo(1);
  }

  @Test
  void aFamilySharesWhatIsNotSaidOtherwise() {
    ModelSpec v40 = SHIPPED.get("jimeng_t2i_v40");
    ModelSpec v46 = SHIPPED.get("jimeng_seedream46_cvtob");

    assertThat(v46.params().get("scale").type()).isEqualTo(ModelSpec.Type.INTEGER);
    assertThat(v40.params().get("scale").type()).isEqualTo(ModelSpec.Type.NUMBER);
    assertThat(v46.pictures().max()).isEqualTo(14);
    assertThat(v46.pictures().urlsOnly()).isTrue();
    assertThat(v46.size()).isEqualTo(v40.size());
    assertThat(v46.source()).isNotEqualTo(v40.source());
  }

  @Test
  void everyKnownModelTakesTheCommonParameters() {
    assertThat(SHIPPED.all().values())
        .allSatisfy(model -> assertThat(model.params()).containsKeys("return_url", "logo_info"));
    assertThat(SHIPPED.get("unknown").params()).isEmpty();
  }

  @Test
  void aUsersFileAddsChangesAndForgets() throws IOException {
    ModelCatalog models =
        with(
            """
            {
              "my_model":       {"like": "jimeng_i2i_v30", "modes": ["sync"]},
              "my_other":       {"like": "my_model", "params": {"scale": null}},
              "jimeng_t2i_v40": {"like": "jimeng_t2i_v40", "price": {"cny": 0.2}},
              "byteedit_v2.0":  {"params": {"new": {"type": "boolean"}}},
              "faceswap":       null,
              "*":              {"params": {"tenant": {"type": "string", "required": true}}}
            }
            """);

    assertThat(models.get("my_model").isSync()).isTrue();
    assertThat(models.get("my_model").prompt().maxChars()).isEqualTo(800);
    assertThat(models.get("my_other").params()).containsKey("seed").doesNotContainKey("scale");
    assertThat(models.get("jimeng_t2i_v40").cost(1)).contains(new Money(200));
    assertThat(models.get("jimeng_t2i_v40").size()).isNotNull();
    assertThat(models.get("byteedit_v2.0").prompt()).as("it is replaced as a whole").isNull();
    assertThat(models.all()).doesNotContainKey("faceswap");
    assertThat(models.get("high_aes").params()).containsKeys("tenant", "return_url");
    assertThat(SHIPPED.get("byteedit_v2.0").prompt()).as("the shipped data stays").isNotNull();
  }

  @Test
  void whatAUsersFileSaysComesFromThatFile() throws IOException {
    ModelCatalog models =
        with(
            """
            {"jimeng_i2i_v30": {"like": "jimeng_i2i_v30", "prompt": {"maxChars": 10}},
             "mine": {"source": "our contract"}}
            """);

    assertThat(models.get("jimeng_i2i_v30").source()).endsWith("models.json");
    assertThat(models.get("mine").source()).isEqualTo("our contract");
    assertThat(models.get("jimeng_t2i_v40").source()).startsWith("https://www.volcengine.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`[]`                                                  | the file is no JSON object; write {\"name\": value}",
        "`{\"m\": 5}`                                          | m is no JSON object; write {\"name\": value}",
        "`{\"m\": {`                                           | line 1, column",
        "`{\"m\": {}} x`                                       | Unrecognized token",
        "`{\"m\": {}, \"m\": {}}`                              | Duplicate field 'm'",
        "`{\"m\": {\"prize\": {}}}`                            | m.prize: there is no such field; write one of latencyMs, modes, params, pictures, price, prompt, results, size, source",
        "`{\"m\": {\"modes\": [\"fast\"]}}`                    | m.modes[0]: has the wrong value; write one of sync, async, native",
        "`{\"m\": {\"modes\": \"sync\"}}`                      | m.modes: has the wrong value; write a list: [ ]",
        "`{\"m\": {\"latencyMs\": \"5\"}}`                     | m.latencyMs: has the wrong value; write a whole number",
        "`{\"m\": {\"latencyMs\": 1.5}}`                       | m.latencyMs: has the wrong value; write a whole number",
        "`{\"m\": {\"latencyMs\": -1}}`                        | m: latencyMs is negative; leave it out when it is not known",
        "`{\"m\": {\"params\": {\"s\": {}}}}`                  | m.params.s: type is missing; write integer, number, boolean, string, object or array",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"string\", \"typ\": 1}}}}`        | m.params.s.typ: there is no such field; write one of above, below, default, fields",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"int\"}}}}` | m.params.s.type: has the wrong value; write one of integer, number, boolean, string, object, array",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"string\", \"min\": 1}}}}`               | m.params.s: a limit holds for numbers only, this is string",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"number\", \"min\": \"1\"}}}}`           | m.params.s.min: has the wrong value; write a number",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"number\", \"min\": 2, \"max\": 1}}}}`   | m.params.s: the least value is above the greatest; swap them",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"integer\", \"values\": [1.5]}}}}`       | m.params.s: the value 1.5 is not of type integer",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"integer\", \"default\": \"1\"}}}}`      | m.params.s: the default 1 is not of type integer",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"number\", \"maxChars\": 1}}}}`          | m.params.s: maxChars holds for a string only",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"string\", \"fields\": {\"a\": {\"type\": \"string\"}}}}}}` | m.params.s: fields holds for an object or an array only",
        "`{\"m\": {\"params\": {\"s\": {\"type\": \"array\", \"fields\": {\"a\": {}}}}}}`   | m.params.s.fields.a: type is missing",
        "`{\"m\": {\"pictures\": {\"min\": 3, \"max\": 2}}}`   | m.pictures: max is below min; swap them",
        "`{\"m\": {\"pictures\": {\"maxBytes\": -1}}}`         | m.pictures: a limit is negative; leave it out",
        "`{\"m\": {\"pictures\": {\"maxRatio\": 0.3}}}`        | m.pictures: maxRatio is below 1; write long to short side",
        "`{\"m\": {\"pictures\": {\"urlsOnly\": \"yes\"}}}`    | m.pictures.urlsOnly: has the wrong value; write true or false",
        "`{\"m\": {\"prompt\": \"text\"}}`                     | m.prompt: has the wrong value; write an object: { }",
        "`{\"m\": {\"size\": {}}}`                             | m: size.width is width, which params does not have as integer",
        "`{\"m\": {\"results\": {}}}`                          | m.results: kind is missing; write image, video or none",
        "`{\"m\": {\"results\": {\"kind\": \"image\", \"max\": 0}}}`                        | m.results: max is below 1",
        "`{\"m\": {\"results\": {\"kind\": \"image\", \"singleParam\": \"one\"}}}`          | m: results.singleParam is one, which params does not have as boolean",
        "`{\"m\": {\"price\": {\"cny\": 0.2}}}`                | m.price: per is missing; write image or call",
        "`{\"m\": {\"price\": {\"cny\": 0.0001, \"per\": \"call\"}}}`                       | m.price: cny is finer than a thousandth of a yuan",
        "`{\"m\": {\"like\": \"nobody\"}}`                     | m.like: \"nobody\" is no known model; write a req_key of the data",
        "`{\"m\": {\"like\": \"m\"}}`                          | m.like: \"m\" is no known model",
        "`{\"m\": {\"like\": \"n\"}, \"n\": {\"like\": \"m\"}}` | .like: it goes round in a circle; break it",
      })
  void aBrokenFileSaysWhereAndWhatToWrite(String json, String message) {
    assertThatThrownBy(() -> with(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(folder.resolve("models.json").toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none.json", "."})
  void aFileThatCannotBeReadIsNamed(String name) {
    assertThatThrownBy(() -> SHIPPED.with(folder.resolve(name)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(folder.resolve(name).toString());
  }

  private ModelCatalog with(String json) throws IOException {
    return SHIPPED.with(Files.writeString(folder.resolve("models.json"), json));
  }

  private static CvRequest request(Map<String, Object> params) {
    return new CvRequest("k", params, Collections.<Content>emptyList(), Optional.empty());
  }
}
