package io.volccv.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.MalformedReplyException;
import io.volccv.error.ServerFaultException;
import io.volccv.model.CvImage;
import io.volccv.model.ReplyHead;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that a proxy packed gives what the plain one gives, or a typed error. */
final class GzipReplyTest {

  private static final int HEADER_BYTES = 10;
  private static final byte[] PICTURE = picture(100_000);
  private static final byte[] PLAIN = reply(PICTURE);

  private final CountingSpool spool = new CountingSpool();

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096, 1 << 20})
  void aPackedAnswerGivesThePictureWhateverTheChunks(int chunk) throws Exception {
    assertThat(read("gzip", gzip(PLAIN), chunk, 1 << 20)).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x-gzip", "GZIP", " gzip "})
  void theEncodingMayBeWrittenInOtherWays(String encoding) throws Exception {
    assertThat(read(encoding, gzip(PLAIN), 4096, 1 << 20)).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity"})
  void noEncodingIsThePlainAnswer(String encoding) throws Exception {
    assertThat(read(encoding, PLAIN, 4096, 1 << 20)).isEqualTo(PICTURE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 31})
  void allPartsOfTheHeaderArePassedOver(int flags) throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, (byte) flags, 1, 2, 3, 4, 0, 3});
    if ((flags & 4) != 0) {
      packed.writeBytes(new byte[] {3, 0, 'a', 0, 'c'});
    }
    if ((flags & 8) != 0) {
      packed.writeBytes("reply.json\0".getBytes(UTF_8));
    }
    if ((flags & 16) != 0) {
      packed.writeBytes("a comment\0".getBytes(UTF_8));
    }
    if ((flags & 2) != 0) {
      CRC32 crc = new CRC32();
      crc.update(packed.toByteArray());
      packed.write((int) crc.getValue());
      packed.write((int) (crc.getValue() >> 8));
    }
    byte[] whole = gzip(PLAIN);
    packed.write(whole, HEADER_BYTES, whole.length - HEADER_BYTES);

    assertThat(read("gzip", packed.toByteArray(), 3, 1 << 20)).isEqualTo(PICTURE);
  }

  @Test
  void anEmptyExtraFieldIsPassedOver() throws Exception {
    byte[] whole = gzip(PLAIN);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 4, 0, 0, 0, 0, 0, 0, 0, 0});
    packed.write(whole, HEADER_BYTES, whole.length - HEADER_BYTES);

    assertThat(read("gzip", packed.toByteArray(), 5, 1 << 20)).isEqualTo(PICTURE);
  }

  @Test
  void severalPackedTextsAreOne() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(gzip(Arrays.copyOf(PLAIN, 5_000)));
    packed.writeBytes(gzip(Arrays.copyOfRange(PLAIN, 5_000, PLAIN.length)));

    assertThat(read("gzip", packed.toByteArray(), 4096, 1 << 20)).isEqualTo(PICTURE);
  }

  @Test
  void aBombIsRefusedByWhatItUnpacksTo() throws IOException {
    byte[] bomb = gzip(reply(new byte[8 << 20]));
    assertThat(bomb.length).isLessThan(1 << 16);

    assertThatThrownBy(() -> read("gzip", bomb, 4096, 1 << 20))
        .isInstanceOf(MalformedReplyException.class)
        .hasMessageContaining("longer than 1048576 bytes, see maxReplyBytes");
    assertThat(spool.held()).isZero();
  }

  @Test
  void aHeaderWithoutEndIsRefusedByItsLength() {
    byte[] endless = new byte[200_000];
    Arrays.fill(endless, (byte) 'x');
    System.arraycopy(new byte[] {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0}, 0, endless, 0, 10);

    assertThatThrownBy(() -> read("gzip", endless, 4096, 100_000))
        .isInstanceOf(MalformedReplyException.class)
        .hasMessageContaining("longer than 100000 bytes");
  }

  @Test
  void everyCutIsATypedErrorThatLeavesNothing() throws IOException {
    byte[] whole = gzip(reply(picture(300)));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read("gzip", cut, 64, 1 << 20))
          .as("cut after %s bytes", length)
          .isInstanceOf(MalformedReplyException.class);
      assertThat(spool.held()).isZero();
    }
  }

  @Test
  void everyFlippedByteIsATypedErrorOrTheSamePicture() throws IOException {
    byte[] picture = picture(300);
    byte[] whole = gzip(reply(picture));
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= 0x10;
      try {
        assertThat(read("gzip", flipped, 64, 1 << 20)).isEqualTo(picture);
      } catch (MalformedReplyException refused) {
        assertThat(refused).hasMessageContaining("the answer is not the vendor's");
      }
      assertThat(spool.held()).isZero();
    }
  }

  @Test
  void whatSaysGzipAndIsNotIsATypedError() {
    assertThatThrownBy(() -> read("gzip", PLAIN, 4096, 1 << 20))
        .isInstanceOf(MalformedReplyException.class)
        .hasMessageContaining("it says gzip and is not");
  }

  @ParameterizedTest
  @ValueSource(strings = {"br", "deflate", "gzip, gzip", "zstd"})
  void anotherEncodingIsNamed(String encoding) {
    assertThatThrownBy(() -> read(encoding, PLAIN, 4096, 1 << 20))
        .isInstanceOf(MalformedReplyException.class)
        .hasMessageContaining("in the encoding " + encoding + ", for which nobody asked");
  }

  @Test
  void theStatusStillDecidesWhatItIs() {
    assertThatThrownBy(() -> reader(1 << 20).head(head(502, "br")))
        .isInstanceOf(ServerFaultException.class);
  }

  private byte[] read(String encoding, byte[] bytes, int chunk, long max) throws IOException {
    ReplyReader reader = reader(max);
    boolean whole = false;
    try {
      reader.head(head(200, encoding));
      for (int from = 0; from < bytes.length; from += chunk) {
        reader.data(ByteBuffer.wrap(bytes, from, Math.min(chunk, bytes.length - from)));
      }
      Reply reply = reader.end();
      whole = true;
      CvImage image = reply.pictures().get(0);
      try (var in = image.stream()) {
        return in.readAllBytes();
      } finally {
        image.release();
      }
    } finally {
      if (!whole) {
        reader.abort();
      }
    }
  }

  private ReplyReader reader(long max) {
    return new ReplyReader("CVProcess x", false, max, spool, Clock.systemUTC());
  }

  private static ReplyHead head(int status, String encoding) {
    return new ReplyHead(
        status, encoding.isEmpty() ? Map.of() : Map.of("content-encoding", encoding));
  }

  private static byte[] reply(byte[] picture) {
    String base64 = Base64.getEncoder().encodeToString(picture);
    return ("{\"code\":10000,\"data\":{\"binary_data_base64\":[\"" + base64 + "\"]}}")
        .getBytes(UTF_8);
  }

  private static byte[] picture(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    }
    return packed.toByteArray();
  }
}
