package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DisplayTextTest {

  @Test
  void chineseCharactersAndEmojiTakeTwoColumns() {
    assertThat(DisplayText.width("cat")).isEqualTo(3);
    assertThat(DisplayText.width("水彩画")).isEqualTo(6);
    assertThat(DisplayText.width("🐈")).isEqualTo(2);
  }

  @Test
  void accentsThatJoinTheLastLetterTakeNone() {
    assertThat(DisplayText.width("e\u0301")).isEqualTo(1);
  }

  @Test
  void textIsCutToItsColumnsAndNotToItsCharacters() {
    assertThat(DisplayText.fit("水彩画的猫", 7)).isEqualTo("水彩画…");
    assertThat(DisplayText.fit("水彩画的猫", 6)).isEqualTo("水彩…");
    assertThat(DisplayText.fit("a watercolour", 13)).isEqualTo("a watercolour");
    assertThat(DisplayText.fit("a watercolour", 3)).isEqualTo("a…");
  }

  @Test
  void surrogatePairsAreNotCutInHalf() {
    assertThat(DisplayText.fit("🐈🐈🐈", 5)).isEqualTo("🐈🐈…");
  }

  @Test
  void escapeSequencesAndLineBreaksBecomeBlanks() {
    assertThat(DisplayText.oneLine("a\r\n\u001B[2Jb\u2028c")).isEqualTo("a [2Jb c");
  }
}
