package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.InvalidRequestException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafePathTest {

  @ParameterizedTest
  @ValueSource(strings = {"a.png", "cats/tom 1.png", "猫/é.png", "..a", "a..b", "...", "~", "a:b"})
  void goodNamesAreLeftAlone(String name) {
    assertThat(SafePath.check(name)).isEqualTo(name);
    assertThat(SafePath.repaired(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "'', _, empty",
    "/etc/passwd, etc/passwd, absolute",
    "../a, _/a, '..'",
    "a/../../b, a/_/_/b, '..'",
    "a//b, a/b, between",
    "a/./b, a/b, between",
    "a\\b, a_b, backslash"
  })
  void aNameThatCouldLeaveItsRootIsRefusedOrRepaired(String name, String repaired, String why) {
    assertThatThrownBy(() -> SafePath.check(name))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(why);
    assertThat(SafePath.repaired(name)).isEqualTo(repaired);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\u0000b", "a\u001bb", "a\u0085b"})
  void controlCharactersAreRefusedAndNotShown(String name) {
    assertThatThrownBy(() -> SafePath.check(name))
        .hasMessageContaining("control character")
        .hasMessageStartingWith("file name 'a b'");
    assertThat(SafePath.repaired(name)).isEqualTo("a_b");
  }

  @Test
  void aNameIsCutBetweenCharactersSoThatTheSuffixFits() {
    String name = "cats/" + "猫".repeat(85); // 255 bytes
    String longer = SafePath.with(name, ".error.json");
    assertThat(longer).startsWith("cats/猫").endsWith("猫.error.json");
    assertThat(longer.substring(5).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
    assertThat(SafePath.with("cats/a.png", ".json")).isEqualTo("cats/a.png.json");
    assertThat(SafePath.cut("😀😀", 7)).isEqualTo("😀");
    assertThatThrownBy(() -> SafePath.check("猫".repeat(86))).hasMessageContaining("255 bytes");
    assertThat(SafePath.repaired("猫".repeat(86))).isEqualTo("猫".repeat(85));
  }

  @Test
  void theBaseOfANameHasNoExtension() {
    assertThat(SafePath.base("a.b/tom.v2.png")).isEqualTo("a.b/tom.v2");
    assertThat(SafePath.base("a.b/tom")).isEqualTo("a.b/tom");
    assertThat(SafePath.base("a/.png")).isEqualTo("a/.png");
  }
}
