package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.volccv.app.TextTable.Column;
import io.volccv.app.TextTable.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TextTableTest {
  private static final List<Column> COLUMNS =
      List.of(
          new Column("INPUT", Kind.TEXT),
          new Column("PROMPT", Kind.FLEXIBLE),
          new Column("CNY", Kind.NUMBER));

  @Test
  void columnsAreAsWideAsTheirLongestCellAndNumbersStandRight() {
    TextTable table =
        new TextTable(
            COLUMNS, List.of(List.of("tom.png", "ink", "0.22"), List.of("a.jpg", "oil", "10.00")));

    assertThat(table.lines(80))
        .containsExactly(
            "INPUT    PROMPT    CNY", //
            "tom.png  ink      0.22",
            "a.jpg    oil     10.00");
  }

  @Test
  void aLongPromptGivesWayToTheWidthOfTheLine() {
    TextTable table =
        new TextTable(
            COLUMNS, List.of(List.of("tom.png", "a very long prompt about a cat", "0.22")));

    List<String> lines = table.lines(30);

    assertThat(lines.get(1)).isEqualTo("tom.png  a very long pr…  0.22");
    assertThat(lines).allSatisfy(line -> assertThat(DisplayText.width(line)).isEqualTo(30));
  }

  @Test
  void chinesePromptsKeepTheColumnsAligned() {
    TextTable table =
        new TextTable(
            COLUMNS, List.of(List.of("tom.png", "水彩画", "0.22"), List.of("a.jpg", "oil", "1.00")));

    assertThat(table.lines(80))
        .containsExactly(
            "INPUT    PROMPT   CNY", //
            "tom.png  水彩画  0.22",
            "a.jpg    oil     1.00");
  }

  @Test
  void aLineThatCannotBeNarrowEnoughIsStillReadable() {
    TextTable table = new TextTable(COLUMNS, List.of(List.of("tom.png", "a long prompt", "0.22")));

    assertThat(table.lines(5).get(1)).isEqualTo("tom.png  a long…   0.22");
  }

  @Test
  void lineBreaksInACellDoNotBreakTheTable() {
    TextTable table = new TextTable(COLUMNS, List.of(List.of("tom.png", "one\ntwo", "0.22")));

    assertThat(table.lines(80).get(1)).isEqualTo("tom.png  one two  0.22");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TextTable(COLUMNS, List.of(List.of("tom.png"))))
        .withMessage("a row of 1 in a table of 3 columns");
  }
}
