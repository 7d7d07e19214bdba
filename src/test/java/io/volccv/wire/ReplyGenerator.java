package io.volccv.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Writes replies as a legal encoder might: any order, white space, escapes, nesting, repetition.
 */
final class ReplyGenerator {

  private static final String[] NAMES = {
    "data", "binary_data_base64", "image_urls", "code", "message", "a", "", "数据", "data.x", "😀"
  };

  private final Random random;
  private final StringBuilder json = new StringBuilder();

  ReplyGenerator(Random random) {
    this.random = random;
  }

  byte[] reply() {
    json.setLength(0);
    List<Runnable> fields = new ArrayList<>();
    fields.add(() -> field("code", () -> json.append(chance(20) ? "\"10000\"" : "10000")));
    fields.add(() -> field("request_id", () -> string("2026" + random.nextInt(1000))));
    fields.add(() -> field("data", this::data));
    if (chance(10)) {
      fields.add(() -> field("data", this::data));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = "x" + NAMES[random.nextInt(NAMES.length)];
      fields.add(() -> field(name, () -> value(0)));
    }
    if (chance(15)) {
      fields.add(
          () -> field(random.nextBoolean() ? "binary_data_base64" : "message", () -> value(0)));
    }
    if (chance(3)) {
      fields.add(() -> field("deep", this::deep));
    }
    object(fields);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (chance(10)) {
      bytes.writeBytes(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
    }
    bytes.writeBytes(json.toString().getBytes(UTF_8));
    return bytes.toByteArray();
  }

  private void data() {
    if (chance(5)) {
      // No object: nothing in it is a picture, whatever it is called.
      json.append(chance(50) ? "null" : "[1,{\"binary_data_base64\":[\"\\\"!\"]}]");
      return;
    }
    List<Runnable> fields = new ArrayList<>();
    int pictures = chance(10) ? 15 : random.nextInt(5);
    fields.add(() -> field("binary_data_base64", () -> pictures(pictures)));
    if (chance(10)) {
      fields.add(() -> field("binary_data_base64", () -> pictures(1)));
    }
    if (chance(60)) {
      fields.add(() -> field("image_urls", () -> json.append(chance(50) ? "[]" : "null")));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = NAMES[random.nextInt(NAMES.length)];
      if (!name.equals("binary_data_base64") && !name.equals("image_urls")) {
        fields.add(() -> field(name, () -> value(0)));
      }
    }
    object(fields);
  }

  private void pictures(int count) {
    if (count == 1 && chance(10)) {
      picture();
      return;
    }
    if (chance(3)) {
      json.append("null");
      return;
    }
    json.append('[');
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        space();
        json.append(',');
      }
      space();
      picture();
    }
    space();
    json.append(']');
  }

  /** Sizes around the blocks of the reader, and tiny ones. */
  private void picture() {
    int size = chance(30) ? 12 * 1024 * random.nextInt(4) + random.nextInt(5) : random.nextInt(200);
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    String text = Base64.getEncoder().encodeToString(bytes);
    if (chance(10)) {
      text = text.replace("=", "");
    }
    int escapes = random.nextInt(4);
    boolean lines = chance(15);
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (lines && i % 76 == 75) {
        json.append(random.nextBoolean() ? "\\n" : "\\r\\n");
      }
      if (escapes == 1 && c == '/') {
        json.append("\\/");
      } else if (escapes == 2 && random.nextInt(50) == 0) {
        json.append(String.format(chance(50) ? "\\u%04x" : "\\u%04X", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private void value(int depth) {
    switch (depth > 3 ? random.nextInt(6) : random.nextInt(8)) {
      case 0 -> json.append(random.nextLong());
      case 1 -> json.append(random.nextDouble()).append(chance(30) ? "e-300" : "");
      case 2 -> json.append("123456789".repeat(1 + random.nextInt(20)));
      case 3 -> json.append(random.nextBoolean());
      case 4 -> json.append("null");
      case 5 -> string("\"\\/\b\n\u0001é漢😀[]{},:" + random.nextInt());
      case 6 -> {
        json.append('[');
        for (int i = random.nextInt(4); i > 0; i--) {
          value(depth + 1);
          json.append(i > 1 ? "," : "");
        }
        json.append(']');
      }
      default -> {
        List<Runnable> fields = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
          fields.add(() -> field(NAMES[random.nextInt(NAMES.length)], () -> value(depth + 1)));
        }
        object(fields);
      }
    }
  }

  private void deep() {
    int depth = chance(50) ? 900 : 1100;
    json.append("[".repeat(depth)).append("]".repeat(depth));
  }

  private void object(List<Runnable> fields) {
    java.util.Collections.shuffle(fields, random);
    json.append('{');
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      space();
      fields.get(i).run();
      space();
    }
    json.append('}');
  }

  private void field(String name, Runnable value) {
    string(name);
    space();
    json.append(':');
    space();
    value.run();
  }

  private void string(String text) {
    boolean escapeAll = chance(5);
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (escapeAll || c < 0x20) {
        json.append(String.format("\\u%04x", (int) c));
      } else if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private void space() {
    while (chance(15)) {
      json.append(" \n\r\t".charAt(random.nextInt(4)));
    }
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }
}
