package io.volccv.sandbox.paint;

import java.util.List;

/** Five colours from dark to light that go together. */
record Palette(int[] colours) {
  private static final List<Palette> ALL =
      List.of(
          new Palette(new int[] {0x1b1035, 0x5c2a6e, 0xc4476b, 0xf58f5e, 0xffe9b8}),
          new Palette(new int[] {0x06283d, 0x14577a, 0x2f9c95, 0xa3d9b1, 0xf7f4d9}),
          new Palette(new int[] {0x14261d, 0x2d5a3d, 0x7a9e4e, 0xe0c068, 0xfbf3dc}),
          new Palette(new int[] {0x240a34, 0x6b1f5c, 0xc2427d, 0xf2a0a0, 0xfdeee3}),
          new Palette(new int[] {0x1c1613, 0x5a2e1f, 0xb5562f, 0xe9a75b, 0xfaecd0}),
          new Palette(new int[] {0x0b1b3a, 0x264e86, 0x6aa5d9, 0xbfe0f0, 0xfdfdf6}),
          new Palette(new int[] {0x2a1a4a, 0x5b4b9e, 0xe36bae, 0xffb3a7, 0xfff3c9}),
          new Palette(new int[] {0x102a2e, 0x1f5f5b, 0xd96c4f, 0xf2b880, 0xfdf3df}));

  static Palette choose(int number) {
    return ALL.get(Math.floorMod(number, ALL.size()));
  }

  /**
   * The colour with some of the palette's in it; greys take most, since no turn of the colour
   * circle moves them.
   */
  int tint(int colour, float tone, float most) {
    return Rgb.mix(colour, at(tone), most * (1 - 0.75f * Rgb.chroma(colour)));
  }

  int get(int step) {
    return colours[Math.max(0, Math.min(colours.length - 1, step))];
  }

  /** The colour at a place from 0 (darkest) to 1 (lightest), without steps. */
  int at(float place) {
    float position = Math.max(0, Math.min(0.9999f, place)) * (colours.length - 1);
    int step = (int) position;
    return Rgb.mix(colours[step], colours[step + 1], position - step);
  }
}
