package io.volccv.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.model.MapFile;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before money is spent, and how it is said. */
final class RequestCheckTest {

  private static final ModelCatalog MODELS = ModelCatalog.shipped();
  private static final String SEED_KEY = "high_aes_scheduler_svr_controlnet_v2.0";
  private static final String TEXT_KEY = "high_aes_general_v30l_zt2i";
  private static final String TEXT_PAGE = "(https://www.volcengine.com/docs/85128/1526761)";

  @Test
  void aMessageNamesFieldValueLimitAndSourceAndSaysWhatToWrite() {
    assertThatThrownBy(() -> check(TEXT_KEY, "{prompt: x, scale: 30}"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(TEXT_KEY + ": scale is 30 " + TEXT_PAGE + "; write a number from 1 to 10")
        .hasFieldOrPropertyWithValue("hint", "write a number from 1 to 10")
        .hasFieldOrPropertyWithValue("billed", "no");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                       | prompt is empty S; write a prompt",
        "{prompt: ' '}                            | prompt is empty S; write a prompt",
        "{prompt: 5}                              | prompt is 5 S; write a text",
        "{prompt: x, seed: 1.0}                   | seed is 1.0 S; write a whole number from -1",
        "{prompt: x, seed: '1'}                   | seed is \"1\" S; write a whole number from -1",
        "{prompt: x, seed: -2}                    | seed is -2 S; write a whole number from -1",
        "{prompt: x, seed: }                      | seed has no value S; leave it out, or write a whole number from -1",
        "{prompt: x, width: 511, height: 600}     | width is 511 S; write a whole number from 512 to 2048",
        "{prompt: x, scale: .nan}                 | scale is NaN S; write a number from 1 to 10",
        "{prompt: x, use_pre_llm: 'true'}         | use_pre_llm is \"true\" S; write true or false",
        "{prompt: x, negative_prompt: [a]}        | negative_prompt is [a] S; write a text",
        "{prompt: x, logo_info: '{}'}             | logo_info is \"{}\" S; write an object with named values",
        "{prompt: x, logo_info: {position: 4}}    | logo_info.position is 4 S; write a whole number from 0 to 3",
        "{prompt: x, logo_info: {opacity: 2}}     | logo_info.opacity is 2 S; write a number from 0 to 1",
        "{prompt: x, aigc_meta: {}}               | aigc_meta.producer_id is missing S; write a text",
        "{prompt: x, image_urls: 'https://a'}     | image_urls is \"https://a\" S; write a list",
        "{prompt: x, image_urls: ['https://a']}   | the model takes no picture, and 1 picture came S; send the prompt only, or use a model that takes pictures",
      })
  void aValueThatTheServiceRefusesIsRefused(String params, String message) {
    assertThatThrownBy(() -> check(TEXT_KEY, params))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(TEXT_KEY + ": " + message.replace(" S;", " " + TEXT_PAGE + ";"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "i2i_inpainting         | {strength: 0.1, image_urls: ['https://a', 'https://b']} | strength is 0.1 S; write a number above 0.1 below 1",
        "i2i_inpainting         | {quality: h, image_urls: ['https://a', 'https://b']}    | quality is \"h\" S; write \"H\" or \"M\" or \"L\"",
        "i2i_inpainting         | {image_urls: ['https://a']}                             | there is 1 picture, the model needs exactly 2 S; send it in the body, or put a URL into image_urls",
        "i2i_inpainting         | {image_urls: ['https://a', 'https://b', 'https://c']}   | there are 3 pictures, the model takes exactly 2 S; leave some out",
        "i2i_outpainting        | {custom_prompt: x, top: 0}                              | top is 0 S; write a number above 0 to 1",
        "i2i_outpainting        | {prompt: x}                                             | custom_prompt is empty S; write a prompt",
        "high_aes_general_v20   | {prompt: x}                                             | model_version is missing S; write \"general_v2.0\"",
        "lens_nnsr2_pic_common  | {model_quality: HQ, result_format: 2}                   | result_format is 2 S; write 0 or 1",
        "dressing_diffusion     | {garment: {}}                                           | model is missing S; write an object with named values",
        "dressing_diffusion     | {model: {url: 5}, garment: {}}                          | model.url is 5 S; write a text",
        "dressing_diffusion     | {model: {url: 'file:a'}, garment: {}}                   | model.url is file:a, which is no web address S; write https://...",
        "dressing_diffusion     | {model: {}, garment: {data: [{url: ''}]}}               | garment.data[0].url is empty S; write a web address, or leave it out",
        "dressing_diffusion     | {model: {}, garment: {data: [x]}}                       | garment.data[0] is \"x\" S; write an object with [url]",
        "img2img_e_commerce_style | {image_urls: ['https://a']}                           | there is no picture, the model needs exactly 1 S; put a URL into product_image_input",
        "byteedit_v2.0          | {prompt: x, image_urls: ['data:image/png;base64,AAAA']} | image_urls[0] is data:image/png;base64,AAAA, which is no web address S; write https://..., or send the picture in the body",
        "byteedit_v2.0          | {prompt: x, binary_data_base64: [AAAA, AAAA]}           | there are 2 pictures, the model takes exactly 1 S; leave some out",
      })
  void aRuleOfOneModelHoldsForIt(String key, String params, String message) {
    String page = "(" + MODELS.get(key).source() + ")";

    assertThatThrownBy(() -> check(key, params))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(key + ": " + message.replace(" S;", " " + page + ";"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{width: 1024}                                    | width is 1024 and height is missing S; set both or neither",
        "{height: 1024}                                   | height is 1024 and width is missing S; set both or neither",
        "{size: 1048575}                                  | size is 1048575 S; write a whole number from 1048576 to 16777216",
        "{size: 2000000, width: 1024, height: 1024}       | size is set beside width and height S; keep one of them",
        "{width: 1023, height: 1024}                      | width is 1023 and height is 1024, which is 1047552 pixels S; choose from 1048576 to 16777216 pixels",
        "{width: 4097, height: 4096}                      | width is 4097 and height is 4096, which is 16781312 pixels S; choose from 1048576 to 16777216 pixels",
        "{width: 0, height: 4096}                         | width is 0 and height is 4096, which is no size S; write positive numbers",
        "{width: 3001, height: 1000}                      | width is 3001 and height is 1000, which is 3.001 to 1 S; choose a width of 0.3333 to 3 heights",
        "{width: 1000, height: 3001}                      | width is 1000 and height is 3001, which is 0.3332 to 1 S; choose a width of 0.3333 to 3 heights",
        "{width: 2400, height: 1000, max_ratio: 2}        | width is 2400 and height is 1000, which is 2.4 to 1 S; choose a width of 0.3333 to 2 heights",
        "{width: 1000, height: 2400, min_ratio: 0.5}      | width is 1000 and height is 2400, which is 0.4167 to 1 S; choose a width of 0.5 to 3 heights",
        "{min_ratio: 16}                                  | min_ratio is 16 S; write a number from 0.0625 below 16",
      })
  void widthAndHeightFitEachOther(String params, String message) {
    ModelSpec model = sync("jimeng_t2i_v40");

    assertThatThrownBy(() -> check(model, "{prompt: x, " + params.substring(1), List.of()))
        .hasMessage("k: " + message.replace(" S;", " (" + model.source() + ");"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{prompt: x}",
        "{prompt: x, size: 1048576}",
        "{prompt: x, width: 1024, height: 1024}",
        "{prompt: x, width: 4096, height: 4096}",
        "{prompt: x, width: 3000, height: 1000}",
        "{prompt: x, width: 1000, height: 3000}",
        "{prompt: x, width: 8000, height: 1000, max_ratio: 8}",
        "{prompt: x, new_parameter: {of: any kind}}",
        "{prompt: x, image_urls: [HTTPS://a, 'http://b']}",
      })
  void whatIsAllowedOrNotKnownPasses(String params) {
    assertThatCode(() -> check(sync("jimeng_t2i_v40"), params, List.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void aPromptIsCountedInCharactersAndNotInCodeUnits() {
    String fits = "{prompt: " + "🐈".repeat(800) + "}";
    String tooLong = "{prompt: " + "🐈".repeat(801) + "}";
    ModelSpec model = sync("jimeng_t2i_v30");

    assertThatCode(() -> check(model, fits, List.of())).doesNotThrowAnyException();
    assertThatThrownBy(() -> check(model, tooLong, List.of()))
        .hasMessageStartingWith("k: prompt has 801 characters, at most 800 may be (https://")
        .hasMessageEndingWith("; shorten it");
  }

  @Test
  void theControlnetCountsThePicturesThatThereAre() {
    String args = "{prompt: x, controlnet_args: [{type: canny, strength: 0.6, binary_data_index: ";

    assertThatCode(() -> check(MODELS.get(SEED_KEY), args + "1}]}", pngs(2, 9, 9)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> check(MODELS.get(SEED_KEY), args + "2}]}", pngs(2, 9, 9)))
        .hasMessageContaining("controlnet_args[0].binary_data_index is 2, the pictures end at 1 (")
        .hasMessageEndingWith("; count the pictures from 0");
    assertThatThrownBy(
            () -> check(SEED_KEY, "{prompt: x, controlnet_args: [{type: canny, strength: 0.6}]}"))
        .hasMessageContaining("controlnet_args[0].binary_data_index is missing")
        .hasMessageEndingWith("; write a whole number from 0");
    assertThatThrownBy(() -> check(SEED_KEY, "{prompt: x, controlnet_args: {type: canny}}"))
        .hasMessageContaining("controlnet_args is {type=canny}")
        .hasMessageEndingWith("; write a list");
  }

  @ParameterizedTest
  @CsvSource({
    "jimeng_t2i_v40,           image_urls",
    "jimeng_seedream46_cvtob,  image_urls",
    "i2i_portrait_photo,       image_input",
    "img2img_e_commerce_style, product_image_input",
    "dressing_diffusionV2,     model.url or garment.data.url",
  })
  void aPictureForAModelThatTakesUrlsOnlyIsRefused(String key, String fields) {
    ModelSpec model = sync(key);

    assertThatThrownBy(() -> check(model, "{prompt: x, model: {}, garment: {}}", pngs(1, 99, 99)))
        .hasMessage(
            "k: the model takes pictures by URL only, and 1 picture came in the request ("
                + model.source()
                + "); put a URL into "
                + fields);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jimeng_ti2v_v30_pro | 320  | 961  | the picture has 320x961 pixels, the long side may be 3 short ones at most",
        "jimeng_ti2v_v30_pro | 319  | 400  | the picture has 319x400 pixels, a side needs at least 320",
        "jimeng_i2v_first_v30| 319  | 400  | the picture has 319x400 pixels, a side needs at least 320",
        "seededit_v3.0       | 4097 | 4096 | the picture has 4097x4096 pixels, 16781312 in all, at most 16777216 may be",
      })
  void aPictureMustFitTheModel(String key, int width, int height, String message) {
    assertThatThrownBy(() -> check(sync(key), "{prompt: x}", pngs(1, width, height)))
        .hasMessageStartingWith("k: " + message + " (");
  }

  @Test
  void aPictureOfTooManyBytesIsRefusedByItsLength() {
    byte[] heavy = new byte[4_928_308];
    System.arraycopy(png(400, 400), 0, heavy, 0, 33);

    assertThatThrownBy(
            () -> check(sync("jimeng_i2i_v30"), "{prompt: x}", List.of(Content.of(heavy))))
        .hasMessageStartingWith("k: the picture has 4928308 bytes, at most 4928307 may be (https:")
        .hasMessageEndingWith("; shrink it");
  }

  @Test
  void aModelThatRunsAsATaskOnlySaysWhatToDo() {
    assertThatThrownBy(() -> check("jimeng_t2i_v40", "{prompt: x}"))
        .hasMessage(
            "jimeng_t2i_v40: the model runs as a task only, its modes are [async], not sync"
                + " (https://www.volcengine.com/docs/85621/1817045); "
                + "use volccv:generate, which calls what suits the model");
    assertThatThrownBy(() -> check("realman_change_lips", "{}"))
        .hasMessageContaining("its modes are [native], not sync");
  }

  @Test
  void anUnknownKeyPassesUnchecked() {
    Map<String, Object> odd = new HashMap<>();
    odd.put("seed", null);
    odd.put("logo_info", 5);

    assertThatCode(
            () ->
                new RequestCheck(
                        MODELS.get("not_known"), new CvRequest("k", odd, none(), Optional.empty()))
                    .run(false))
        .doesNotThrowAnyException();
  }

  /** The same model, as if {@code CVProcess} took it. */
  private static ModelSpec sync(String key) {
    ModelSpec model = MODELS.get(key);
    return new ModelSpec(
        List.of(),
        model.pictures(),
        model.prompt(),
        model.params(),
        model.size(),
        model.results(),
        model.price(),
        model.latencyMs(),
        model.source());
  }

  private static void check(String key, String params) {
    new RequestCheck(
            MODELS.get(key),
            new CvRequest(key, MapFile.parse("p.yaml", params), none(), Optional.empty()))
        .run(false);
  }

  private static void check(ModelSpec model, String params, List<Content> pictures) {
    new RequestCheck(
            model, new CvRequest("k", MapFile.parse("p.yaml", params), pictures, Optional.empty()))
        .run(false);
  }

  private static List<Content> none() {
    return Collections.emptyList();
  }

  private static List<Content> pngs(int count, int width, int height) {
    return IntStream.range(0, count).mapToObj(i -> Content.of(png(width, height))).toList();
  }

  /** A header is all that is looked at. */
  private static byte[] png(int width, int height) {
    return ByteBuffer.allocate(33)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n', 0, 0, 0, 13})
        .put(new byte[] {'I', 'H', 'D', 'R'})
        .putInt(width)
        .putInt(height)
        .array();
  }
}
