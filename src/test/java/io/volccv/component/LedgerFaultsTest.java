package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.component.LedgerProcess.Spent;
import io.volccv.error.CvException;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Fault.Kind;
import io.volccv.testing.SandboxExtension;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each fault of a call that costs leaves in the ledger's file: state, permit, budget. */
final class LedgerFaultsTest {

  private static final Map<String, Object> KEY =
      Map.of("CamelVolcCvJobKey", "job", "CamelVolcCvPrompt", "a harbour");

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path folder;

  private LedgerProcess process;

  @BeforeEach
  void start() {
    process = new LedgerProcess(sandbox.sandbox(), folder, 10);
  }

  @AfterEach
  void stop() {
    process.close();
  }

  /** The budget is in thousandths of a yuan: held/maybe/spent. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource({
    "process,  none,              ,            ,                        DONE,    0, 0/0/200, 1",
    "process,  cut-before,        ,            UnreachableException,    none,    0, 0/0/0,   2",
    "process,  cut-after-billing, ,            OutcomeUnknownException, UNKNOWN, 1, 0/200/0, 1",
    "process,  cut-reply,         ,            OutcomeUnknownException, UNKNOWN, 1, 0/200/0, 1",
    "process,  slow,              10s,         OutcomeUnknownException, UNKNOWN, 1, 0/200/0, 1",
    "process,  trickle,           10s,         OutcomeUnknownException, UNKNOWN, 1, 0/200/0, 1",
    "process,  status,            503,         ServerFaultException,    UNKNOWN, 0, 0/200/0, 1",
    "process,  status,            500,         ServerFaultException,    UNKNOWN, 0, 0/200/0, 1",
    "process,  status,            429,         ThrottledException,      none,    0, 0/0/0,   2",
    "process,  code,              50429,       ThrottledException,      none,    0, 0/0/0,   2",
    "process,  code,              50430,       ThrottledException,      none,    0, 0/0/0,   2",
    "process,  code,              50500,       ServerFaultException,    FAILED,  0, 0/0/0,   1",
    "process,  code,              50412,       ContentRejectedException,FAILED,  0, 0/0/0,   1",
    "process,  code,              50511,       OutputRejectedException, FAILED,  0, 0/0/0,   2",
    "process,  code,              50400,       UnauthorizedException,   none,    0, 0/0/0,   2",
    "process,  half,              ,            MalformedReplyException, UNKNOWN, 0, 0/200/0, 1",
    "process,  garbage,           ,            MalformedReplyException, UNKNOWN, 0, 0/200/0, 1",
    "process,  html,              ,            ServerFaultException,    UNKNOWN, 0, 0/200/0, 1",
    "process,  no-code,           ,            MalformedReplyException, UNKNOWN, 0, 0/200/0, 1",
    "process,  no-images,         ,            EmptyResultException,    UNKNOWN, 0, 0/200/0, 1",
    "generate, cut-before,        ,            UnreachableException,    none,    0, 0/0/0,   2",
    "generate, cut-after-billing, ,            OutcomeUnknownException, UNKNOWN, 1, 0/200/0, 1",
    "generate, slow,              10s,         OutcomeUnknownException, UNKNOWN, 1, 0/200/0, 1",
    "generate, status,            503,         ServerFaultException,    UNKNOWN, 0, 0/200/0, 1",
    "generate, code,              50430,       ThrottledException,      none,    0, 0/0/0,   2",
    "generate, code,              50500,       ServerFaultException,    FAILED,  0, 0/0/0,   1",
    "generate, half,              ,            MalformedReplyException, UNKNOWN, 0, 0/200/0, 1",
  })
  void aFaultIsOnePost(
      String operation,
      String kind,
      String value,
      String type,
      String state,
      int permits,
      String budget,
      int postsOfTwo)
      throws IOException {
    String uri =
        "volccv:"
            + operation
            + "?validate=false&pair=sync2async"
            + (kind.equals("slow") || kind.equals("trickle") ? "&responseTimeout=300" : "")
            + "&reqKey=high_aes_scheduler_svr_controlnet_v2.0";
    byte[] picture = picture(kind.equals("cut-before"));
    if (!kind.equals("none")) {
      sandbox.sandbox().faults(List.of(fault(kind, value)));
    }

    Exchange done = process.send(uri, picture, KEY);

    if (type == null) {
      assertThat(done.getException()).isNull();
    } else {
      assertThat(done.getException()).isInstanceOf(CvException.class);
      assertThat(done.getException().getClass().getSimpleName()).isEqualTo(type);
    }
    assertThat(paidPosts()).as("POSTs").isEqualTo(1);
    assertThat(process.state("job")).isEqualTo(state);
    assertThat(process.permits()).as("permits").isEqualTo(permits);
    Spent spent = process.spent();
    assertThat(spent.held() + "/" + spent.maybe() + "/" + spent.spent()).isEqualTo(budget);
    assertThat(spent.heldImages()).isZero();
    assertThat(spent.maybeImages()).isEqualTo(spent.maybe() / 200 * 2);
    assertThat(spent.spentImages()).isEqualTo(spent.spent() / 200);

    process.send(uri, picture, KEY);
    assertThat(paidPosts())
        .as("POSTs after the same job was asked for once more")
        .isEqualTo(postsOfTwo);
  }

  private static Fault fault(String kind, String value) {
    if (kind.equals("code")) {
      return Fault.code(value).times(1);
    }
    Fault fault =
        Fault.always(Kind.valueOf(kind.toUpperCase(Locale.ROOT).replace('-', '_'))).times(1);
    if (value == null) {
      return fault;
    }
    return value.matches("\\d+") ? fault.withValue(Long.parseLong(value)) : fault.withValue(value);
  }

  /** Those that may cost money. A call that is cut early has no line of its own yet, but counts. */
  private static long paidPosts() {
    return sandbox.bill().posts() - LedgerProcess.calls(sandbox.sandbox(), "GetResult");
  }

  /** One that is cut on its way must not fit into the buffers between. */
  private static byte[] picture(boolean large) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
    return large ? Arrays.copyOf(png.toByteArray(), 20 << 20) : png.toByteArray();
  }
}
