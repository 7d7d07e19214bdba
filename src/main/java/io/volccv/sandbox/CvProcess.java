package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** The synchronous action: parameters in, pictures out. */
final class CvProcess implements ApiAction {
  private final Studio studio;
  private final FileStore files;

  CvProcess(Studio studio, FileStore files) {
    this.studio = studio;
    this.files = files;
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
  public Kind kind() {
    return Kind.WORK;
  }

  @Override
  public Job prepare(Call call, ObjectNode json) throws Refusal {
    Params params = Params.check(json);
    Painting painting = studio.commission(call.body(), params);
    return () -> deliver(painting, Delivery.of(params));
  }

  private Result deliver(Painting painting, Delivery delivery) throws Refusal {
    List<byte[]> pictures = painting.paint(delivery.mark());
    ObjectNode data = painting.data();
    if (delivery.asUrls()) {
      try {
        files.store(pictures).forEach(data.withArray("image_urls")::add);
      } catch (IOException e) {
        throw Refusal.of(50500, "Internal Error: the picture can't be kept: " + e.getMessage());
      }
    }
    int images = pictures.size();
    return Result.drawn(
        data, delivery.asUrls() ? List.of() : pictures, images, painting.price(images));
  }
}
