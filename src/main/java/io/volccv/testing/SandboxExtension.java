package io.volccv.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.sandbox.Bill;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A {@link Sandbox} for the tests of a class, reset before each test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SandboxExtension sandbox = SandboxExtension.create();
 *
 * @Test
 * void aRejectedPromptEndsInTheRejectedFolder() {
 *   sandbox.whenPrompt("forbidden").fail(50412);
 *   ... // baseUrl=sandbox.gateway(), apiKey=sandbox.apiKey()
 *   assertThat(sandbox.bill().images()).isZero();
 * }
 * }</pre>
 *
 * <p>A {@code static} field gives one sandbox for the class, an instance field one for each test. A
 * test method may also take the {@link Sandbox} as a parameter.
 */
public final class SandboxExtension
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        ParameterResolver {
  private final SandboxOptions options;
  private @Nullable Sandbox sandbox;
  private boolean forTheClass;

  private SandboxExtension(SandboxOptions options) {
    this.options = options;
  }

  /** With the default options, on any free port. */
  public static SandboxExtension create() {
    return new SandboxExtension(SandboxOptions.defaults().withPort(0));
  }

  /**
   * With changes to the default options, such as {@code o -> o.withConcurrency(1)}; the port is any
   * free one.
   */
  public static SandboxExtension create(UnaryOperator<SandboxOptions> change) {
    return new SandboxExtension(change.apply(SandboxOptions.defaults().withPort(0)));
  }

  /** The running sandbox. */
  public Sandbox sandbox() {
    if (sandbox == null) {
      throw new IllegalStateException(
          "the sandbox runs during tests only; is the field annotated @RegisterExtension?");
    }
    return sandbox;
  }

  /** The door that checks signatures. */
  public URI uri() {
    return sandbox().uri();
  }

  /** The door that takes {@link #apiKey()}. */
  public URI gateway() {
    return sandbox().gateway();
  }

  public String apiKey() {
    return options.apiKey();
  }

  public String accessKeyId() {
    return options.accessKeyId();
  }

  public String secretAccessKey() {
    return options.secretAccessKey();
  }

  public Bill bill() {
    return sandbox().bill();
  }

  /** The last requests as they arrived; see {@link Sandbox#requests()}. */
  public List<JsonNode> requests() {
    return sandbox().requests();
  }

  /** What shall happen to calls whose prompt contains this text. */
  public When whenPrompt(String part) {
    return new When(this, fault -> fault.onPrompt(part));
  }

  /** What shall happen to the n-th POST of this test, counted from 1. */
  public When whenCall(int n) {
    return new When(this, fault -> fault.onCall(n));
  }

  /** What shall happen to every call. */
  public When always() {
    return new When(this, UnaryOperator.identity());
  }

  void add(Fault fault) {
    List<Fault> faults = new ArrayList<>(sandbox().faults());
    faults.add(fault);
    sandbox().faults(faults);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    forTheClass = true;
    sandbox = Sandbox.start(options);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (sandbox == null) {
      sandbox = Sandbox.start(options);
    } else {
      sandbox.reset();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!forTheClass) {
      stop();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop();
  }

  private void stop() {
    if (sandbox != null) {
      sandbox.close();
      sandbox = null;
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Sandbox.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return sandbox();
  }
}
