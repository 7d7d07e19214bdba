package io.volccv.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.error.CvException;
import io.volccv.model.CvImage;
import io.volccv.model.ReplyHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The reader against a full parser, on generated replies and on mutated ones, cut into chunks at
 * random. {@code -Dwire.replies=N} and {@code -Dwire.seed=N} choose how many and which.
 */
final class ReplyReaderPropertyTest {

  private static final int REPLIES = Integer.getInteger("wire.replies", 4_000);
  private static final long SEED = Long.getLong("wire.seed", 20_260_101L);
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** What a full parser makes of a reply. */
  private record Expected(List<byte[]> pictures, Map<?, ?> fields) {}

  @Test
  void aLegalReplyGivesWhatAFullParserGives() throws Exception {
    System.out.println("wire.seed=" + SEED + ", replies: " + REPLIES);
    for (int i = 0; i < REPLIES; i++) {
      Random random = new Random(SEED + i);
      byte[] reply = new ReplyGenerator(random).reply();
      check(reply, random, i, true);
    }
  }

  @Test
  void aMutatedReplyGivesTheSameOrATypedError() throws Exception {
    System.out.println("wire.seed=" + SEED + ", mutated replies: " + REPLIES);
    for (int i = 0; i < REPLIES; i++) {
      Random random = new Random(-SEED - i);
      byte[] reply = mutate(new ReplyGenerator(random).reply(), random);
      check(reply, random, i, false);
    }
  }

  private static void check(byte[] reply, Random random, int index, boolean legal) {
    Optional<Expected> expected = expected(reply);
    CountingSpool spool = new CountingSpool();
    String what = "reply " + index + " of seed " + SEED;
    Reply read;
    try {
      read = read(reply, random, spool);
    } catch (CvException e) {
      assertThat(spool.held()).as("%s leaves nothing in the spool", what).isZero();
      if (legal) {
        assertThat(expected).as("%s: %s", what, e.getMessage()).isEmpty();
      }
      return;
    }
    assertThat(expected).as("%s is refused by a full parser", what).isPresent();
    assertThat(pictures(read))
        .as("%s has the same pictures", what)
        .containsExactlyElementsOf(expected.orElseThrow().pictures());
    assertThat(read.fields()).as("%s has the same fields", what).isEqualTo(expected.get().fields());
    assertThat(spool.held())
        .as("%s holds its pictures alone", what)
        .isEqualTo(read.pictures().size());
  }

  private static Reply read(byte[] reply, Random random, CountingSpool spool) {
    ReplyReader reader = new ReplyReader("CVProcess x", false, 1 << 28, spool, Clock.systemUTC());
    boolean whole = false;
    try {
      reader.head(new ReplyHead(200, Map.of()));
      for (int from = 0; from < reply.length; ) {
        int most = random.nextInt(10) == 0 ? 3 : 20_000;
        int count = Math.min(reply.length - from, 1 + random.nextInt(most));
        ByteBuffer chunk = ByteBuffer.wrap(reply, from, count);
        reader.data(random.nextBoolean() ? chunk : chunk.asReadOnlyBuffer());
        assertThat(chunk.hasRemaining() && chunk.position() == from + count).isFalse();
        from += count;
      }
      Reply read = reader.end();
      whole = true;
      return read;
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      if (!whole) {
        reader.abort();
      }
    }
  }

  /** Empty when a full parser refuses the reply, or it is no success. */
  private static Optional<Expected> expected(byte[] reply) {
    try {
      JsonNode root = JSON.readTree(reply);
      JsonNode data = root.path("data");
      if (!root.isObject() || !root.path("code").asText("").equals("10000")) {
        return Optional.empty();
      }
      JsonNode inline = data.path("binary_data_base64");
      List<byte[]> pictures = new ArrayList<>();
      for (JsonNode text : inline.isTextual() ? List.of(inline) : inline) {
        if (text.isTextual()) {
          byte[] bytes =
              Base64.getDecoder().decode(text.textValue().replaceAll("[\\x00-\\x20]", ""));
          if (bytes.length > 0) {
            pictures.add(bytes);
          }
        }
      }
      if (!data.isObject()) {
        return Optional.of(new Expected(List.of(), Map.of()));
      }
      Map<?, ?> fields = JSON.convertValue(data, Map.class);
      fields.remove("binary_data_base64");
      return Optional.of(new Expected(pictures, fields));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] mutate(byte[] reply, Random random) {
    byte[] mutated = reply.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(mutated.length);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] = (byte) random.nextInt(256);
        case 1 -> mutated[at] = (byte) "\"\\{}[],:=+/ \n".charAt(random.nextInt(13));
        case 2 -> mutated = java.util.Arrays.copyOf(mutated, Math.max(1, at));
        default -> {
          byte[] longer = new byte[mutated.length + 1];
          System.arraycopy(mutated, 0, longer, 0, at);
          longer[at] = mutated[random.nextInt(mutated.length)];
          System.arraycopy(mutated, at, longer, at + 1, mutated.length - at);
          mutated = longer;
        }
      }
    }
    return mutated;
  }

  private static List<byte[]> pictures(Reply reply) {
    return reply.pictures().stream().map(ReplyReaderPropertyTest::bytes).toList();
  }

  private static byte[] bytes(CvImage image) {
    try (var in = image.stream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
