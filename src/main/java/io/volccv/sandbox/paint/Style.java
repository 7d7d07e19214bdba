package io.volccv.sandbox.paint;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A manner of painting; the prompt names one, or its hash chooses. */
enum Style {
  WATERCOLOUR(1.0f, "watercolor", "watercolour", "aquarelle", "水彩"),
  POSTER(
      1.0f,
      "poster",
      "pop art",
      "screen print",
      "flat",
      "comic",
      "anime",
      "cartoon",
      "海报",
      "动漫",
      "漫画",
      "卡通"),
  INK(0.8f, "ink", "sketch", "pencil", "drawing", "line art", "manga", "水墨", "素描", "线稿", "国画"),
  NEON(0.8f, "neon", "cyberpunk", "night", "glow", "synthwave", "霓虹", "赛博", "夜"),
  OIL(1.7f, "oil", "painting", "impasto", "van gogh", "impression", "油画", "梵高");

  /** How far colours run together, in units of the picture's size. */
  private final float calm;

  private final List<String> words;

  Style(float calm, String... words) {
    this.calm = calm;
    this.words = List.of(words);
  }

  static Style of(String prompt) {
    String text = prompt.toLowerCase(Locale.ROOT);
    for (Style style : values()) {
      if (style.words.stream().anyMatch(word -> mentions(text, word))) {
        return style;
      }
    }
    return values()[Math.floorMod((prompt.hashCode() * 0x9e3779b1) >>> 8, values().length)];
  }

  /** Whole words only where a script has them: "pink" is not "ink". */
  private static boolean mentions(String text, String word) {
    int at = text.indexOf(word);
    if (at < 0 || word.charAt(0) > 0x7f) {
      return at >= 0;
    }
    boolean starts = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
    int end = at + word.length();
    return starts && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
  }

  Sketch sketch(Raster input) {
    float unit = Math.min(input.width(), input.height()) / 512f;
    int radius = unit < 0.06f ? 0 : Math.max(1, Math.min(9, Math.round(3 * unit * calm)));
    return new Sketch(input, radius);
  }

  /** One pixel of the finished picture. */
  Brush brush(Sketch sketch, Palette palette, long seed) {
    return BRUSHES.get(this).dip(sketch, palette, seed);
  }

  interface Brush {
    int at(int x, int y);
  }

  private interface Maker {
    Brush dip(Sketch sketch, Palette palette, long seed);
  }

  private static final Map<Style, Maker> BRUSHES =
      Map.of(
          WATERCOLOUR,
          Watercolour::new,
          POSTER,
          Poster::new,
          INK,
          Ink::new,
          NEON,
          Neon::new,
          OIL,
          Oil::new);
}
