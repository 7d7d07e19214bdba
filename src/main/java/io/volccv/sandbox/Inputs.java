package io.volccv.sandbox;

import io.volccv.sandbox.paint.Painter;
import io.volccv.sandbox.paint.Raster;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The pictures that a call brings; base64 wins when there are URLs, too. */
final class Inputs {
  private final FileStore files;
  private final int pictureLimit;

  Inputs(FileStore files, int pictureLimit) {
    this.files = files;
    this.pictureLimit = pictureLimit;
  }

  /** One picture, not decoded yet. */
  interface Input {
    /**
     * Cut and scaled to this size; a size of 0 is the picture's own, at most 1328 on the long side.
     */
    Raster raster(int width, int height) throws Refusal;
  }

  List<Input> of(CallBody body, Params params) throws Refusal {
    List<Input> inputs = new ArrayList<>();
    for (String text : params.texts("binary_data_base64")) {
      inputs.add(base64(body, text));
    }
    if (inputs.isEmpty()) {
      for (String url : params.texts("image_urls")) {
        inputs.add(url(url));
      }
    }
    if (inputs.isEmpty() && params.reqKey().needsPicture()) {
      throw Refusal.of(
          50206, "Image Empty: neither binary_data_base64 nor image_urls holds a picture");
    }
    return inputs;
  }

  private Input base64(CallBody body, String text) throws Refusal {
    Upload upload = body.upload(text);
    if (upload == null) {
      upload = UploadReader.decode(text, pictureLimit);
    }
    byte[] bytes = upload.bytes();
    if (bytes == null) {
      throw switch (upload.problem()) {
        case TOO_LARGE ->
            Refusal.of(50205, "Image Size Limited: " + upload.size() + " bytes are too many");
        case DATA_PREFIX ->
            Refusal.of(50207, "Image Decode Error: base64 must not begin with data:");
        case NONE, NOT_BASE64 -> Refusal.of(50207, "Image Decode Error: not base64");
      };
    }
    if (bytes.length == 0) {
      throw Refusal.of(50206, "Image Empty: a picture of 0 bytes");
    }
    return (width, height) -> decode(bytes, width, height);
  }

  /**
   * A URL of the sandbox's own is its picture; any other stands for a picture, as nothing is
   * fetched offline, unless its host is one that RFC 2606 promises never to exist.
   */
  private Input url(String url) throws Refusal {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw Refusal.of(50207, "Image Decode Error: not a URL: " + e.getMessage());
    }
    if (uri.getHost() == null
        || uri.getHost().endsWith(".invalid")
        || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
      throw Refusal.of(50207, "Image Decode Error: '" + url + "' can't be fetched");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    if (!path.startsWith(FileStore.PATH)) {
      return (width, height) -> Painter.standIn(url, width, height);
    }
    return (width, height) -> {
      try {
        return decode(files.read(path, uri.getRawQuery()), width, height);
      } catch (IOException e) {
        throw Refusal.of(
            50207, "Image Decode Error: '" + url + "' can't be fetched: " + e.getMessage());
      }
    };
  }

  private static Raster decode(byte[] bytes, int width, int height) throws Refusal {
    try {
      return Painter.decode(bytes, width, height);
    } catch (IOException e) {
      throw Refusal.of(50207, "Image Decode Error: " + e.getMessage());
    }
  }
}
