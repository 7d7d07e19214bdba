package io.volccv.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class NearestTest {
  private static final List<String> WORDS =
      List.of("volccv.inbox", "volccv.outbox", "volccv.sinks");

  @Test
  void theClosestWordIsMeant() {
    assertThat(Nearest.to("volccv.inbx", WORDS)).contains("volccv.inbox");
    assertThat(Nearest.to("volccv.Sinks", WORDS)).contains("volccv.sinks");
  }

  @Test
  void nothingIsMeantByAWordThatIsFarFromAll() {
    assertThat(Nearest.to("volccv.everything", WORDS)).isEmpty();
  }

  @Test
  void distanceCountsChangedLettersWithoutRegardToCase() {
    assertThat(Nearest.distance("kitten", "Sitting")).isEqualTo(3);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
  }
}
