package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.SEED;
import static io.volccv.sandbox.TestCalls.png;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.TestCalls.Answer;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PicturesTest {
  private static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private static final byte[] FIRST = scribble(1);
  private static final byte[] SECOND = scribble(2);

  private final TestCalls calls = new TestCalls(SANDBOX);

  @AfterAll
  static void stop() {
    SANDBOX.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"watercolour", "poster", "ink", "neon", "oil", "whatever comes"})
  void theEdgesOfTheInputAreThoseOfTheResult(String prompt) throws IOException {
    BufferedImage first = image(call(SEED, FIRST, prompt, 7, "").picture(0));
    BufferedImage second = image(call(SEED, SECOND, prompt, 7, "").picture(0));

    double own = likeness(edges(image(FIRST)), edges(first));
    double other = likeness(edges(image(FIRST)), edges(second));

    assertThat(own).isGreaterThan(0.3).isGreaterThan(other * 3);
    assertThat(likeness(edges(image(SECOND)), edges(second))).isGreaterThan(0.3);
    assertThat(first.getRGB(30, 30)).isNotEqualTo(image(FIRST).getRGB(30, 30));
  }

  @Test
  void theSameCallGivesTheSameBytesAndAnyOtherDoesNot() {
    byte[] picture = call(SEED, FIRST, "a dog", 7, "").picture(0);

    assertThat(call(SEED, FIRST, "a dog", 7, "").picture(0)).isEqualTo(picture);
    assertThat(call(SEED, FIRST, "a dog", 8, "").picture(0)).isNotEqualTo(picture);
    assertThat(call(SEED, FIRST, "a cat", 7, "").picture(0)).isNotEqualTo(picture);
    assertThat(call(SEED, SECOND, "a dog", 7, "").picture(0)).isNotEqualTo(picture);
  }

  @Test
  void theFormatIsTheModels() {
    assertThat(call(SEED, FIRST, "a", 1, "").picture(0)).startsWith(0xff, 0xd8);
    assertThat(call("jimeng_t2i_v40", FIRST, "a", 1, "").picture(0))
        .startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void aSizeThatIsAskedForIsGiven() throws IOException {
    BufferedImage both =
        image(call(SEED, FIRST, "a", 1, ",\"width\":123,\"height\":45").picture(0));
    BufferedImage one = image(call(SEED, FIRST, "a", 1, ",\"width\":128").picture(0));

    assertThat(both.getWidth()).isEqualTo(123);
    assertThat(both.getHeight()).isEqualTo(45);
    assertThat(one.getHeight()).isEqualTo(128);
  }

  @Test
  void aLargeInputIsScaledToTheServicesLongSide() throws IOException {
    BufferedImage result = image(call(SEED, png(3000, 1500), "a", 1, "").picture(0));

    assertThat(result.getWidth()).isEqualTo(1328);
    assertThat(result.getHeight()).isEqualTo(664);
  }

  @Test
  void withCannyTheXlModelAddsTheEdgeMap() throws IOException {
    String canny =
        ",\"controlnet_args\":[{\"type\":\"canny\",\"strength\":0.6,\"binary_data_index\":0}]";
    Answer answer = call("i2i_xl_sft", FIRST, "a", 1, canny);

    assertThat(answer.json().at("/data/binary_data_base64").size()).isEqualTo(2);
    BufferedImage map = image(answer.picture(1));
    assertThat(likeness(edges(image(FIRST)), brightness(map))).isGreaterThan(0.4);
    assertThat(call("i2i_xl_sft", FIRST, "a", 1, "").json().at("/data/binary_data_base64").size())
        .isEqualTo(1);
  }

  @Test
  void somePromptsAskForSeveralPictures() {
    String small = ",\"width\":16,\"height\":16";

    assertThat(count("jimeng_t2i_v40", "4 pictures of a dog", small)).isEqualTo(4);
    assertThat(count("jimeng_t2i_v40", "画3张图", small)).isEqualTo(3);
    assertThat(count("jimeng_t2i_v40", "99 images", small)).isEqualTo(14);
    assertThat(count("jimeng_t2i_v40", "4 pictures", small + ",\"force_single\":true"))
        .isEqualTo(1);
    assertThat(count(SEED, "4 pictures", small)).isEqualTo(1);
  }

  @Test
  void theVisibleMarkIsInTheCornerThatWasAskedFor() throws IOException {
    BufferedImage plain = image(call("jimeng_t2i_v40", FIRST, "a", 1, "").picture(0));
    String logo = ",\"logo_info\":{\"add_logo\":true,\"position\":%d,\"language\":1,\"opacity\":1}";

    for (int position = 0; position < 4; position++) {
      BufferedImage marked =
          image(call("jimeng_t2i_v40", FIRST, "a", 1, logo.formatted(position)).picture(0));
      boolean right = position == 0 || position == 3;
      boolean bottom = position < 2;
      int from = right ? 128 : 0;
      assertThat(differences(plain, marked, from, bottom ? 128 : 0)).isGreaterThan(50);
      assertThat(differences(plain, marked, from, bottom ? 0 : 128)).isZero();
    }
  }

  @Test
  void aPictureWithoutAnInputIsDrawnFromThePrompt() throws IOException {
    String body =
        "{\"req_key\":\"jimeng_t2i_v40\",\"prompt\":\"a lake\",\"seed\":5,\"width\":300,\"height\":200}";
    byte[] picture = calls.post(body).picture(0);

    assertThat(image(picture).getWidth()).isEqualTo(300);
    assertThat(calls.post(body).picture(0)).isEqualTo(picture);
    assertThat(calls.post(body.replace("lake", "dune")).picture(0)).isNotEqualTo(picture);
  }

  private int count(String reqKey, String prompt, String more) {
    return call(reqKey, FIRST, prompt, 1, more).json().at("/data/binary_data_base64").size();
  }

  private Answer call(String reqKey, byte[] input, String prompt, int seed, String more) {
    String picture = Base64.getEncoder().encodeToString(input);
    return calls.post(
        "{\"req_key\":\"%s\",\"binary_data_base64\":[\"%s\"],\"prompt\":\"%s\",\"seed\":%d%s}"
            .formatted(reqKey, picture, prompt, seed, more));
  }

  /** Thick lines and discs, different for each number. */
  private static byte[] scribble(int number) {
    Random random = new Random(number);
    BufferedImage image = new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setColor(new Color(0xd8d0c0));
    graphics.fillRect(0, 0, 256, 256);
    graphics.setStroke(new BasicStroke(7));
    for (int i = 0; i < 5; i++) {
      graphics.setColor(new Color(random.nextInt(0x606060)));
      graphics.drawLine(
          random.nextInt(256), random.nextInt(256), random.nextInt(256), random.nextInt(256));
      graphics.setColor(new Color(0x808080 | random.nextInt(0x1000000)));
      graphics.fillOval(random.nextInt(200), random.nextInt(200), 50, 50);
    }
    graphics.dispose();
    return png(image);
  }

  private static BufferedImage image(byte[] file) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(file));
  }

  private static double[] brightness(BufferedImage image) {
    double[] values = new double[image.getWidth() * image.getHeight()];
    for (int i = 0; i < values.length; i++) {
      Color color = new Color(image.getRGB(i % image.getWidth(), i / image.getWidth()));
      values[i] = color.getRed() * 0.3 + color.getGreen() * 0.59 + color.getBlue() * 0.11;
    }
    return values;
  }

  /**
   * The gradient, blurred a little: a line that is redrawn beside its place is still the same line.
   */
  private static double[] edges(BufferedImage image) {
    int width = image.getWidth();
    double[] light = blurred(brightness(image), width);
    double[] edges = new double[light.length];
    for (int i = width + 1; i < light.length - width - 1; i++) {
      edges[i] = Math.hypot(light[i + 1] - light[i - 1], light[i + width] - light[i - width]);
    }
    return blurred(edges, width);
  }

  private static double[] blurred(double[] values, int width) {
    double[] result = new double[values.length];
    for (int i = 2 * width + 2; i < values.length - 2 * width - 2; i++) {
      for (int y = -2; y <= 2; y++) {
        for (int x = -2; x <= 2; x++) {
          result[i] += values[i + y * width + x] / 25;
        }
      }
    }
    return result;
  }

  /**
   * Pearson's correlation of the middle of two pictures; strips, marks and paper borders are left
   * out.
   */
  private static double likeness(double[] a, double[] b) {
    double sumA = 0;
    double sumB = 0;
    double squareA = 0;
    double squareB = 0;
    double product = 0;
    int n = 0;
    for (int y = 28; y < 220; y++) {
      for (int x = 28; x < 228; x++) {
        double va = a[y * 256 + x];
        double vb = b[y * 256 + x];
        sumA += va;
        sumB += vb;
        squareA += va * va;
        squareB += vb * vb;
        product += va * vb;
        n++;
      }
    }
    double covariance = product - sumA * sumB / n;
    return covariance / Math.sqrt((squareA - sumA * sumA / n) * (squareB - sumB * sumB / n));
  }

  private static int differences(BufferedImage a, BufferedImage b, int left, int top) {
    int count = 0;
    for (int y = top; y < top + 128; y++) {
      for (int x = left; x < left + 128; x++) {
        count += a.getRGB(x, y) == b.getRGB(x, y) ? 0 : 1;
      }
    }
    return count;
  }
}
