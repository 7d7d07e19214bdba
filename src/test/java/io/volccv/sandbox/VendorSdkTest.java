package io.volccv.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The vendor's own Java SDK, unchanged, against the sandbox. */
final class VendorSdkTest {
  private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void theVendorsSdkCompletesASignedCall() throws Exception {
    String output = run("AKLTSANDBOX", "c2FuZGJveC1zZWNyZXQ=");

    assertThat(output).startsWith("answer ").contains("\"code\":10000", "/_sandbox/files/");
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(sandbox.bill().calls().get(0).prompt()).isEqualTo("一只狗 & friends");
  }

  @Test
  void theVendorsSdkIsRefusedWithAWrongSecret() throws Exception {
    String output = run("AKLTSANDBOX", "wrong");

    assertThat(output).startsWith("error ").contains("SignatureDoesNotMatch");
    assertThat(sandbox.bill().images()).isZero();
  }

  private String run(String accessKeyId, String secretAccessKey)
      throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        List.of(
            java.toString(),
            "-cp",
            "target/vendor-sdk/*",
            "-Dfile.encoding=UTF-8",
            "src/test/vendor-sdk/java/VendorSdkCall.java",
            "127.0.0.1:" + sandbox.uri().getPort(),
            accessKeyId,
            secretAccessKey);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
