package io.volccv.client;

import io.volccv.model.CvRequest;
import io.volccv.wire.RequestBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The input pictures of a request, wherever they are.
 *
 * @param inlined how many go into {@code binary_data_base64}
 * @param urls what the parameters for URLs hold, with the place of each
 */
record InputPictures(int inlined, List<Url> urls) {

  /**
   * One URL.
   *
   * @param place for a message, as in {@code image_urls[1]}
   */
  record Url(String place, String text) {}

  static InputPictures of(CvRequest request, ModelSpec.Pictures rule) {
    int inlined = request.pictures().size();
    if (request.params().get(RequestBody.PICTURES) instanceof List<?> list) {
      inlined += list.size();
    }
    List<Url> urls = new ArrayList<>();
    for (String field : rule.fields()) {
      collect(request.params(), List.of(field.split("\\.")), "", urls);
    }
    return new InputPictures(inlined, urls);
  }

  /** How many the service sees: base64 wins where both are sent. */
  int count() {
    return Math.max(inlined, urls.size());
  }

  private static void collect(
      @Nullable Object value, List<String> path, String place, List<Url> urls) {
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        collect(list.get(i), path, place + "[" + i + "]", urls);
      }
    } else if (!path.isEmpty() && value instanceof Map<?, ?> map) {
      String name = path.get(0);
      String inner = place.isEmpty() ? name : place + "." + name;
      collect(map.get(name), path.subList(1, path.size()), inner, urls);
    } else if (path.isEmpty() && value instanceof String text) {
      urls.add(new Url(place, text));
    }
  }
}
