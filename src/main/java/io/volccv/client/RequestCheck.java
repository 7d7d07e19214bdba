package io.volccv.client;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.wire.PictureProbe;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what the service would refuse, before money is spent: says which field has which value,
 * which limit it breaks, where the limit comes from, and what to write instead.
 */
final class RequestCheck {

  /** A scheme that the service cannot fetch from; base64 has no colon, and may be what is meant. */
  private static final Pattern OTHER_SCHEME =
      Pattern.compile("(?i)^(?!https?:)([a-z][a-z0-9+.-]*):.*", Pattern.DOTALL);

  private final ModelSpec model;
  private final CvRequest request;
  private final @Nullable InputPictures inputs;

  RequestCheck(ModelSpec model, CvRequest request) {
    this.model = model;
    this.request = request;
    this.inputs = model.pictures() == null ? null : InputPictures.of(request, model.pictures());
  }

  /**
   * Throws for the first thing that is wrong; pictures are read last.
   *
   * @param asTask whether it is submitted as a task
   */
  void run(boolean asTask) {
    if (!asTask) {
      requireSync();
    }
    prompt();
    fields("", model.params(), request.params());
    size();
    if (inputs != null) {
      count(model.pictures(), inputs);
    }
    pictures();
  }

  private void requireSync() {
    if (!model.isSync()) {
      throw invalid(
          "the model runs as a task only, its modes are " + model.modes() + ", not sync",
          "use volccv:generate, which calls what suits the model");
    }
  }

  private void prompt() {
    ModelSpec.Prompt rule = model.prompt();
    if (rule == null) {
      return;
    }
    Object value = request.params().get(rule.field());
    if (value != null && !(value instanceof String)) {
      throw invalid(rule.field() + " is " + shown(value), "write a text");
    }
    String prompt = value == null ? "" : (String) value;
    if (prompt.isBlank() && rule.required()) {
      throw invalid(rule.field() + " is empty", "write a prompt");
    }
    chars(rule.field(), prompt, rule.maxChars());
  }

  /** The parameters, and what is inside of those that are objects. */
  private void fields(String place, Map<String, ModelSpec.Param> rules, Map<?, ?> values) {
    rules.forEach(
        (name, rule) -> {
          if (values.containsKey(name)) {
            param(place + name, rule, values.get(name));
          } else if (rule.required()) {
            throw invalid(place + name + " is missing", instead(rule));
          }
        });
  }

  private void param(String name, ModelSpec.Param rule, @Nullable Object value) {
    if (value == null) {
      throw invalid(name + " has no value", "leave it out, or " + instead(rule));
    }
    if (!rule.type().fits(value)) {
      throw invalid(name + " is " + shown(value), instead(rule));
    }
    boolean isOneOf =
        rule.values().isEmpty()
            || rule.values().stream().anyMatch(one -> one.toString().equals(value.toString()));
    if (!isOneOf) {
      throw invalid(name + " is " + shown(value), instead(rule));
    }
    if (value instanceof Number number) {
      number(name, rule, number);
    } else if (value instanceof String text) {
      chars(name, text, rule.maxChars());
    } else if (value instanceof Map<?, ?> map) {
      fields(name + ".", rule.fields(), map);
    } else if (value instanceof List<?> list && !rule.fields().isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        element(name + "[" + i + "]", rule, list.get(i));
      }
    }
  }

  private void element(String name, ModelSpec.Param rule, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw invalid(name + " is " + shown(value), "write an object with " + rule.fields().keySet());
    }
    fields(name + ".", rule.fields(), map);
  }

  private void number(String name, ModelSpec.Param rule, Number number) {
    BigDecimal exact = new BigDecimal(number.toString());
    boolean inside =
        (rule.min() == null || exact.compareTo(rule.min()) >= 0)
            && (rule.max() == null || exact.compareTo(rule.max()) <= 0)
            && (rule.above() == null || exact.compareTo(rule.above()) > 0)
            && (rule.below() == null || exact.compareTo(rule.below()) < 0);
    if (!inside) {
      throw invalid(name + " is " + number, instead(rule));
    }
    int pictures = inputs == null ? 0 : inputs.count();
    if (rule.pictureIndex() && pictures > 0 && exact.compareTo(BigDecimal.valueOf(pictures)) >= 0) {
      throw invalid(
          name + " is " + number + ", the pictures end at " + (pictures - 1),
          "count the pictures from 0");
    }
  }

  private void chars(String name, String text, int max) {
    int length = text.codePointCount(0, text.length());
    if (max > 0 && length > max) {
      throw invalid(
          name + " has " + length + " characters, at most " + max + " may be", "shorten it");
    }
  }

  /** For example: write a number from 1 to 30. */
  private static String instead(ModelSpec.Param rule) {
    if (!rule.values().isEmpty()) {
      return "write "
          + rule.values().stream().map(RequestCheck::shown).collect(Collectors.joining(" or "));
    }
    StringBuilder text = new StringBuilder("write ").append(described(rule.type()));
    append(text, " from ", rule.min());
    append(text, " above ", rule.above());
    append(text, rule.min() == null && rule.above() == null ? " up to " : " to ", rule.max());
    append(text, " below ", rule.below());
    return text.toString();
  }

  private static String described(ModelSpec.Type type) {
    return switch (type) {
      case INTEGER -> "a whole number";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case STRING -> "a text";
      case OBJECT -> "an object with named values";
      case ARRAY -> "a list";
    };
  }

  private static void append(StringBuilder text, String word, @Nullable BigDecimal limit) {
    if (limit != null) {
      text.append(word).append(limit.toPlainString());
    }
  }

  private void size() {
    ModelSpec.Size rule = model.size();
    if (rule == null) {
      return;
    }
    Map<String, Object> params = request.params();
    boolean hasWidth = params.containsKey(rule.width());
    if (hasWidth != params.containsKey(rule.height())) {
      String there = hasWidth ? rule.width() : rule.height();
      String missing = hasWidth ? rule.height() : rule.width();
      throw invalid(
          there + " is " + params.get(there) + " and " + missing + " is missing",
          "set both or neither");
    }
    if (!hasWidth) {
      return;
    }
    if (rule.areaParam() != null && params.containsKey(rule.areaParam())) {
      throw invalid(
          rule.areaParam() + " is set beside " + rule.width() + " and " + rule.height(),
          "keep one of them");
    }
    BigDecimal width = new BigDecimal(params.get(rule.width()).toString());
    BigDecimal height = new BigDecimal(params.get(rule.height()).toString());
    String given = rule.width() + " is " + width + " and " + rule.height() + " is " + height + ", ";
    if (width.signum() <= 0 || height.signum() <= 0) {
      throw invalid(given + "which is no size", "write positive numbers");
    }
    BigDecimal area = width.multiply(height);
    if (area.compareTo(BigDecimal.valueOf(rule.minArea())) < 0
        || (rule.maxArea() > 0 && area.compareTo(BigDecimal.valueOf(rule.maxArea())) > 0)) {
      throw invalid(
          given + "which is " + area + " pixels",
          "choose from " + rule.minArea() + " to " + rule.maxArea() + " pixels");
    }
    ratio(rule, given, width.doubleValue() / height.doubleValue());
  }

  private void ratio(ModelSpec.Size rule, String given, double ratio) {
    double most = number(rule.maxRatioParam(), rule.maxRatio());
    double least = number(rule.minRatioParam(), rule.maxRatio() == 0 ? 0 : 1 / rule.maxRatio());
    if ((most > 0 && ratio > most) || ratio < least) {
      throw invalid(
          given + "which is " + rounded(ratio) + " to 1",
          "choose a width of " + rounded(least) + " to " + rounded(most) + " heights");
    }
  }

  private double number(@Nullable String param, double otherwise) {
    return param != null && request.params().get(param) instanceof Number number
        ? number.doubleValue()
        : otherwise;
  }

  private static String rounded(double ratio) {
    return BigDecimal.valueOf(ratio).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }

  private void count(ModelSpec.Pictures rule, InputPictures found) {
    if (rule.urlsOnly() && found.inlined() > 0) {
      throw invalid(
          "the model takes pictures by URL only, and "
              + pictures(found.inlined())
              + " came in the request",
          "put a URL into " + String.join(" or ", rule.fields()));
    }
    found.urls().forEach(this::url);
    if (rule.max() != null && found.count() > rule.max()) {
      throw rule.max() == 0
          ? invalid(
              "the model takes no picture, and " + pictures(found.count()) + " came",
              "send the prompt only, or use a model that takes pictures")
          : invalid(
              "there are " + pictures(found.count()) + ", the model takes " + wanted(rule),
              "leave some out");
    }
    // where both kinds are sent it is not known of every model whether it counts both
    int most = found.inlined() + found.urls().size();
    if (most < rule.min()) {
      String where = String.join(" or ", rule.fields());
      throw invalid(
          (most == 0 ? "there is no picture" : "there is " + pictures(most))
              + ", the model needs "
              + wanted(rule),
          rule.urlsOnly()
              ? "put a URL into " + where
              : "send it in the body, or put a URL into " + where);
    }
  }

  private void url(InputPictures.Url url) {
    if (url.text().isBlank()) {
      throw invalid(url.place() + " is empty", "write a web address, or leave it out");
    }
    if (OTHER_SCHEME.matcher(url.text()).matches()) {
      throw invalid(
          url.place() + " is " + Printable.shorten(url.text(), 30) + ", which is no web address",
          model.pictures() != null && model.pictures().urlsOnly()
              ? "write https://..."
              : "write https://..., or send the picture in the body");
    }
  }

  private static String pictures(int count) {
    return count == 1 ? "1 picture" : count + " pictures";
  }

  private static String wanted(ModelSpec.Pictures rule) {
    if (rule.max() == null) {
      return rule.min() + " or more";
    }
    return rule.min() == rule.max() ? "exactly " + rule.min() : rule.min() + " to " + rule.max();
  }

  private void pictures() {
    int index = 0;
    for (Content picture : request.pictures()) {
      picture(picture, request.pictures().size() > 1 ? "picture " + index : "the picture");
      index++;
    }
  }

  private void picture(Content picture, String which) {
    if (picture.length() == 0) {
      throw unfit(which + " is empty");
    }
    PictureProbe probe;
    try {
      probe =
          PictureProbe.of(picture).orElseThrow(() -> unfit(which + " has a broken or cut header"));
    } catch (IOException e) {
      throw new InvalidRequestException(
          request.reqKey() + ": " + which + " cannot be read: " + e.getMessage(),
          CvError.before("input", "check the file and its permissions"),
          e);
    }
    if (!probe.format().isInput()) {
      throw unfit(which + " is " + probe.format().mediaType());
    }
    if (model.pictures() != null) {
      limits(model.pictures(), picture.length(), probe, which);
    }
  }

  private void limits(ModelSpec.Pictures rule, long bytes, PictureProbe probe, String which) {
    String size = " has " + probe.width() + "x" + probe.height() + " pixels, ";
    if (rule.maxBytes() > 0 && bytes > rule.maxBytes()) {
      throw invalid(
          which + " has " + bytes + " bytes, at most " + rule.maxBytes() + " may be", "shrink it");
    }
    if (rule.maxPixels() > 0 && probe.pixels() > rule.maxPixels()) {
      throw invalid(
          which + size + probe.pixels() + " in all, at most " + rule.maxPixels() + " may be",
          "shrink it");
    }
    int longest = Math.max(probe.width(), probe.height());
    if (rule.maxSide() > 0 && longest > rule.maxSide()) {
      throw invalid(which + size + "a side may have at most " + rule.maxSide(), "shrink it");
    }
    if (Math.min(probe.width(), probe.height()) < rule.minSide()) {
      throw invalid(which + size + "a side needs at least " + rule.minSide(), "enlarge it");
    }
    if (rule.maxRatio() > 0 && probe.ratio() > rule.maxRatio()) {
      throw invalid(
          which + size + "the long side may be " + rounded(rule.maxRatio()) + " short ones at most",
          "crop it");
    }
  }

  private static String shown(@Nullable Object value) {
    String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    return Printable.shorten(text, 60);
  }

  /** What no model takes, whatever the data says. */
  private InvalidRequestException unfit(String what) {
    String hint = "send a whole JPEG or PNG";
    return new InvalidRequestException(
        request.reqKey() + ": " + what + "; " + hint, CvError.before("input", hint), null);
  }

  private InvalidRequestException invalid(String what, String hint) {
    String where = model.source().isEmpty() ? "" : " (" + model.source() + ")";
    return new InvalidRequestException(
        request.reqKey() + ": " + what + where + "; " + hint, CvError.before("input", hint), null);
  }
}
