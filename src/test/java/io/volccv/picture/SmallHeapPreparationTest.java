package io.volccv.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise that memory is bounded whatever the pictures are. */
final class SmallHeapPreparationTest {

  @TempDir Path folder;

  @Test
  void picturesOf100MegapixelsAreShrunkOrRefusedWithin128MegabytesOfHeap() throws Exception {
    // One bit for a pixel, so that this process need not hold it either.
    BufferedImage large = TestPictures.quarters(10_000, 10_000, BufferedImage.TYPE_BYTE_BINARY);
    Path jpeg = folder.resolve("large.jpg");
    assertThat(ImageIO.write(large, "jpg", jpeg.toFile())).isTrue();
    Path png = folder.resolve("large.png");
    TestPictures.writeLargePng(10_000, 10_000, png);
    Path progressive = folder.resolve("progressive.jpg");
    TestPictures.writeProgressive(large, progressive);
    Path bomb = folder.resolve("bomb.png");
    TestPictures.writeLargePng(30_000, 4_000, bomb);

    assertThat(prepared(jpeg, png, progressive, bomb))
        .containsExactly(
            "JPEG 3334x3334",
            "PNG 3334x3334",
            "the picture has 10000x10000 pixels, at most 16777216 in all can be prepared of this"
                + " kind, which is decoded as a whole; shrink it, or save it as JPEG that is not"
                + " progressive",
            "the picture has 30000x4000 pixels, at most 100000000 in all can be prepared; shrink"
                + " it");
  }

  private List<String> prepared(Path... pictures) throws Exception {
    Path out = folder.resolve("out.txt");
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapPreparation.class.getName(),
                folder.resolve("spool").toString()));
    for (Path picture : pictures) {
      command.add(picture.toString());
    }
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ended in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String output = Files.readString(out);
    assertThat(process.exitValue()).as(output).isZero();
    return output.lines().toList();
  }
}
