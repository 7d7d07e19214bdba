package io.volccv.conformance;

import static io.volccv.conformance.Check.answered;
import static io.volccv.conformance.Check.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The vendor's example, in each way in which a picture comes back. */
final class PictureChecks {
  private static final Path PHOTO = Path.of("samples/chelsea.png");
  private static final Pattern EXPIRES = Pattern.compile("[?&]x-expires=(\\d+)");

  private PictureChecks() {}

  static List<Check> all() {
    return List.of(
        answered("a picture inline", endpoint -> inline(endpoint, "false"), PictureChecks::inline),
        answered(
            "a picture inline when return_url is left out",
            endpoint -> inline(endpoint, null),
            PictureChecks::inline),
        answered(
            "a picture by URL",
            endpoint -> byUrl(Post.to(endpoint, call(photo(), "true")).send()),
            answer -> {
              Envelopes.assertSuccess(answer.json());
              assertThat(answer.json().at("/data/binary_data_base64")).isEmpty();
              assertThat(answer.facts())
                  .containsEntry("pictures by URL", "1")
                  .containsEntry("behind the URL", "200, jpeg, image/jpeg")
                  .containsEntry("hours the URL lives", "24");
            }),
        refused(
                "a picture with a data: prefix",
                400,
                "50207",
                endpoint ->
                    Post.to(endpoint, call("data:image/png;base64," + photo(), null)).send())
            .mayCost());
  }

  private static Answer inline(Endpoint endpoint, String returnUrl)
      throws IOException, InterruptedException {
    Answer answer = Post.to(endpoint, call(photo(), returnUrl)).send();
    Map<String, String> facts = new TreeMap<>();
    JsonNode pictures = answer.json().at("/data/binary_data_base64");
    facts.put("pictures inline", String.valueOf(pictures.size()));
    if (!pictures.isEmpty()) {
      facts.put("picture inline", format(Base64.getDecoder().decode(pictures.get(0).asText())));
    }
    return answer.with(facts);
  }

  private static void inline(Answer answer) {
    Envelopes.assertSuccess(answer.json());
    assertThat(answer.json().at("/data/image_urls")).isEmpty();
    assertThat(answer.json().at("/data/infer_ctx/params/seed").intValue()).isEqualTo(7);
    assertThat(answer.facts())
        .containsEntry("pictures inline", "1")
        .containsEntry("picture inline", "jpeg");
  }

  private static Answer byUrl(Answer answer) throws IOException, InterruptedException {
    Map<String, String> facts = new TreeMap<>();
    JsonNode urls = answer.json().at("/data/image_urls");
    facts.put("pictures by URL", String.valueOf(urls.size()));
    if (!urls.isEmpty()) {
      String url = urls.get(0).asText();
      HttpResponse<byte[]> reply = Post.get(url);
      facts.put(
          "behind the URL",
          reply.statusCode() + ", " + format(reply.body()) + ", " + Answer.mediaType(reply));
      Matcher expires = EXPIRES.matcher(url);
      facts.put("hours the URL lives", expires.find() ? hours(expires.group(1)) : "not told");
    }
    return answer.with(facts);
  }

  private static String hours(String epochSecond) {
    double seconds = Long.parseLong(epochSecond) - System.currentTimeMillis() / 1000.0;
    return String.valueOf(Math.round(seconds / 3600));
  }

  private static String format(byte[] picture) {
    if (picture.length > 3 && (picture[0] & 0xff) == 0xff && (picture[1] & 0xff) == 0xd8) {
      return "jpeg";
    }
    return picture.length > 3 && (picture[0] & 0xff) == 0x89 && picture[1] == 'P'
        ? "png"
        : "neither jpeg nor png";
  }

  private static String photo() throws IOException {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(PHOTO));
  }

  private static String call(String picture, String returnUrl) {
    return """
        {"req_key":"%s","binary_data_base64":["%s"],"prompt":"a watercolour of a cat","seed":7,
         "scale":3.0,"ddim_steps":16,%s"model_version":"general_controlnet_v2.0",
         "controlnet_args":[{"type":"canny","strength":0.6,"binary_data_index":0}]}"""
        .formatted(
            RequestChecks.MODEL,
            picture,
            returnUrl == null ? "" : "\"return_url\":" + returnUrl + ",");
  }
}
