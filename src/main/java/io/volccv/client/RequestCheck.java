package io.volccv.client;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.wire.PictureProbe;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Refuses what the service would refuse, before money is spent: says which field has which value,
 * which limit it breaks, and where the limit comes from.
 */
final class RequestCheck {

  private final ModelSpec model;
  private final CvRequest request;

  RequestCheck(ModelSpec model, CvRequest request) {
    this.model = model;
    this.request = request;
  }

  /** Throws for the first thing that is wrong. */
  void run() {
    prompt();
    model.params().forEach(this::param);
    pictures();
  }

  private void prompt() {
    ModelSpec.Prompt rule = model.prompt();
    if (rule == null) {
      return;
    }
    String prompt = request.params().get(rule.field()) instanceof String text ? text : "";
    if (prompt.isBlank() && rule.required()) {
      throw invalid(rule.field() + " is empty", "write a prompt");
    }
    int length = prompt.codePointCount(0, prompt.length());
    if (rule.maxChars() > 0 && length > rule.maxChars()) {
      throw invalid(
          rule.field() + " has " + length + " characters, at most " + rule.maxChars() + " may be",
          "shorten it");
    }
  }

  private void param(String name, ModelSpec.Param rule) {
    if (!request.params().containsKey(name)) {
      return;
    }
    Object value = request.params().get(name);
    if (!fits(rule.type(), value)) {
      String type = rule.type().name().toLowerCase(java.util.Locale.ROOT);
      throw invalid(name + " is " + shown(value) + ", it takes a JSON " + type, "correct its type");
    }
    if (value instanceof Number number) {
      BigDecimal exact = new BigDecimal(number.toString());
      if (rule.min() != null && exact.compareTo(rule.min()) < 0) {
        throw invalid(name + " is " + number + ", at least " + rule.min() + " may be", "raise it");
      }
      if (rule.max() != null && exact.compareTo(rule.max()) > 0) {
        throw invalid(name + " is " + number + ", at most " + rule.max() + " may be", "lower it");
      }
    }
    if (!rule.values().isEmpty() && !rule.values().contains(String.valueOf(value))) {
      throw invalid(name + " is " + shown(value), "use one of " + rule.values());
    }
  }

  private static boolean fits(ModelSpec.Type type, Object value) {
    return switch (type) {
      case INTEGER -> value instanceof Number number && isWhole(number);
      case NUMBER -> value instanceof Number;
      case BOOLEAN -> value instanceof Boolean;
      case STRING -> value instanceof String;
      case OBJECT -> value instanceof Map;
      case ARRAY -> value instanceof List;
    };
  }

  private static boolean isWhole(Number number) {
    return new BigDecimal(number.toString()).stripTrailingZeros().scale() <= 0;
  }

  private void pictures() {
    int index = 0;
    for (Content picture : request.pictures()) {
      picture(picture, request.pictures().size() > 1 ? "picture " + index : "the picture");
      index++;
    }
    ModelSpec.Pictures rule = model.pictures();
    if (rule == null) {
      return;
    }
    int inlined = request.pictures().size();
    if (rule.urlsOnly() && inlined > 0) {
      throw invalid("the model takes pictures by URL only", "put a URL into its parameters");
    }
    if (inlined > rule.max()) {
      throw invalid(inlined + " pictures are too many, at most " + rule.max() + " may be", "");
    }
    if (inlined < rule.min() && !bringsPicturesOtherwise()) {
      throw invalid("there is no picture, the model needs " + rule.min(), "send one in the body");
    }
  }

  /** The names of picture parameters are many (image_urls, image_input1, product_image_input). */
  private boolean bringsPicturesOtherwise() {
    return request.params().keySet().stream()
        .anyMatch(name -> name.contains("image") || name.equals("binary_data_base64"));
  }

  private void picture(Content picture, String which) {
    PictureProbe probe;
    try {
      probe =
          PictureProbe.of(picture)
              .orElseThrow(
                  () -> invalid(which + " has a broken or cut header", "send a whole JPEG or PNG"));
    } catch (IOException e) {
      throw new InvalidRequestException(
          request.reqKey() + ": " + which + " cannot be read: " + e.getMessage(),
          CvError.before("input", "check the file and its permissions"),
          e);
    }
    if (picture.length() == 0) {
      throw invalid(which + " is empty", "send a JPEG or PNG");
    }
    if (!probe.format().isInput()) {
      throw invalid(which + " is " + probe.format().mediaType(), "send a JPEG or PNG");
    }
    ModelSpec.Pictures rule = model.pictures();
    if (rule == null) {
      return;
    }
    String size = probe.width() + "x" + probe.height() + " pixels";
    int longest = Math.max(probe.width(), probe.height());
    if (rule.maxBytes() > 0 && picture.length() > rule.maxBytes()) {
      throw invalid(
          which + " has " + picture.length() + " bytes, at most " + rule.maxBytes() + " may be",
          "shrink it");
    }
    if (rule.maxSide() > 0 && longest > rule.maxSide()) {
      throw invalid(which + " has " + size + ", a side may have " + rule.maxSide(), "shrink it");
    }
    if (Math.min(probe.width(), probe.height()) < rule.minSide()) {
      throw invalid(which + " has " + size + ", a side needs " + rule.minSide(), "enlarge it");
    }
    if (rule.maxRatio() > 0 && probe.ratio() > rule.maxRatio()) {
      throw invalid(
          which + " has " + size + ", the long side may be " + rule.maxRatio() + " short ones",
          "crop it");
    }
  }

  private static String shown(Object value) {
    String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    return Printable.shorten(text, 60);
  }

  private InvalidRequestException invalid(String what, String hint) {
    String where = model.source().isEmpty() ? "" : " (" + model.source() + ")";
    String todo = hint.isEmpty() ? "" : "; " + hint;
    return new InvalidRequestException(
        request.reqKey() + ": " + what + where + todo, CvError.before("input", hint), null);
  }
}
