package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.testing.SandboxExtension;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A folder on a server with more files than may be on their way at a time: {@code
 * -Dvolccv.manyFiles=10000}.
 */
@Tag("slow")
final class RemoteManyFilesTest {

  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0};

  @RegisterExtension
  static final SandboxExtension sandbox =
      SandboxExtension.create(options -> options.withPictures(request -> List.of(JPEG)));

  private static final int COUNT = Integer.getInteger("volccv.manyFiles", 400);

  /** The gate's limit and one listing, of {@code routes/from-ftp.yaml}. */
  private static final int MOST = 256 + 100;

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"ftp", "sftp"})
  void allAreTakenOnceAndFewAtATime(String kind) throws Exception {
    try (TestServer server = TestServer.of(kind, temp.resolve("server"));
        RemoteHome home = new RemoteHome(temp.resolve("home"), sandbox)) {
      server.start();
      byte[] small = picture();
      for (int i = 0; i < COUNT; i++) {
        // Each another one, by what stands after the end of the picture.
        byte[] photo = Arrays.copyOf(small, small.length + 2);
        photo[small.length] = (byte) i;
        photo[small.length + 1] = (byte) (i >> 8);
        Files.write(server.root().resolve("inbox/p" + i + ".png"), photo);
      }
      home.config(server.config(kind + ".")).config("volccv.sources=" + kind);
      home.config("camel.component.volccv.validate=false", "volccv.quota.concurrency=8").write();
      Path incoming = home.folder.resolve("data/spool/incoming");
      AtomicInteger most = new AtomicInteger();
      try (AppProcess app = home.run()) {
        app.await(
            () -> {
              most.accumulateAndGet(TestServer.filesBelow(incoming).size(), Math::max);
              return server.files("done").size() == COUNT;
            });
        assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
      }

      assertThat(most.get()).isLessThanOrEqualTo(MOST);
      assertThat(server.files("inbox")).isEmpty();
      assertThat(TestServer.filesBelow(home.folder.resolve("data/outbox"))).hasSize(2 * COUNT);
      assertThat(sandbox.bill().images()).isEqualTo(COUNT);
    }
  }

  private static byte[] picture() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
    return png.toByteArray();
  }
}
