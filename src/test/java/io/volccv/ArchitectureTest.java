package io.volccv;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

/** Who may import whom; the table of {@code docs/architecture.md} as a test. */
@AnalyzeClasses(packages = "io.volccv", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesImportOnlyWhatTheTableSays =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("model")
          .definedBy("io.volccv.model..")
          .layer("error")
          .definedBy("io.volccv.error..")
          .layer("signing")
          .definedBy("io.volccv.signing..")
          .layer("wire")
          .definedBy("io.volccv.wire..")
          .layer("http")
          .definedBy("io.volccv.http..")
          .layer("ledger")
          .definedBy("io.volccv.ledger..")
          .layer("client")
          .definedBy("io.volccv.client..")
          .layer("component")
          .definedBy("io.volccv.component..")
          .layer("prompt")
          .definedBy("io.volccv.prompt..")
          .layer("picture")
          .definedBy("io.volccv.picture..")
          .layer("files")
          .definedBy("io.volccv.files..")
          .layer("intake")
          .definedBy("io.volccv.intake..")
          .layer("service")
          .definedBy("io.volccv.service..")
          .layer("queue")
          .definedBy("io.volccv.queue..")
          .layer("app")
          .definedBy("io.volccv.app..")
          .layer("sandbox")
          .definedBy("io.volccv.sandbox..")
          .layer("testing")
          .definedBy("io.volccv.testing..")
          .whereLayer("model")
          .mayNotAccessAnyLayer()
          .whereLayer("error")
          .mayOnlyAccessLayers("model")
          .whereLayer("signing")
          .mayOnlyAccessLayers("model")
          .whereLayer("wire")
          .mayOnlyAccessLayers("model", "error")
          .whereLayer("http")
          .mayOnlyAccessLayers("model", "error")
          .whereLayer("ledger")
          .mayOnlyAccessLayers("model", "error")
          .whereLayer("client")
          .mayOnlyAccessLayers("model", "error", "signing", "wire", "http", "ledger")
          .whereLayer("component")
          .mayOnlyAccessLayers("model", "error", "signing", "ledger", "client")
          .whereLayer("prompt")
          .mayOnlyAccessLayers("model", "error")
          .whereLayer("picture")
          .mayOnlyAccessLayers("model", "error")
          .whereLayer("files")
          .mayOnlyAccessLayers("model", "error", "picture")
          .whereLayer("intake")
          .mayOnlyAccessLayers("model", "error", "files", "queue")
          .whereLayer("service")
          .mayOnlyAccessLayers("model", "error", "files")
          .whereLayer("queue")
          .mayOnlyAccessLayers("model", "error", "files")
          .whereLayer("app")
          .mayOnlyAccessLayers(
              "model",
              "error",
              "signing",
              "ledger",
              "client",
              "component",
              "prompt",
              "picture",
              "files",
              "queue",
              "intake",
              "service",
              "sandbox")
          .whereLayer("sandbox")
          .mayNotAccessAnyLayer()
          .whereLayer("testing")
          .mayOnlyAccessLayers("sandbox");

  @ArchTest
  static final ArchRule onlySigningKnowsCrypto =
      known("javax.crypto..", "signing", "sandbox", "files");

  @ArchTest
  static final ArchRule onlyFilesKnowsFtp =
      known("org.apache.camel.component.file.remote..", "files");

  /** The sandbox draws its pictures itself. */
  @ArchTest
  static final ArchRule onlyPictureKnowsBitmaps =
      noClasses()
          .that()
          .resideInAPackage("io.volccv..")
          .and()
          .resideOutsideOfPackages("io.volccv.picture..", "io.volccv.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.awt..", "javax.imageio..", "net.coobird..");

  @ArchTest static final ArchRule onlyHttpKnowsHttpClient = known("org.apache.hc..", "http");

  @ArchTest static final ArchRule onlyTheLedgerKnowsJdbc = known("java.sql..", "ledger");

  @ArchTest static final ArchRule onlyPromptKnowsMustache = known("com.samskivert..", "prompt");

  @ArchTest
  static final ArchRule onlyFilesKnowsTheSchemaValidator = known("com.networknt..", "files");

  @ArchTest static final ArchRule onlyModelKnowsYaml = known("org.snakeyaml..", "model");

  @ArchTest static final ArchRule onlyTheAppKnowsPicocli = known("picocli..", "app");

  @ArchTest
  static final ArchRule onlyServersKnowJetty = known("org.eclipse.jetty..", "sandbox", "service");

  @ArchTest
  static final ArchRule onlyIntakeKnowsTables =
      known("com.fasterxml.jackson.dataformat..", "intake");

  @ArchTest static final ArchRule onlyTheQueueKnowsJms = known("jakarta.jms..", "queue");

  @ArchTest
  static final ArchRule onlyTheQueueKnowsTheBroker = known("org.apache.activemq..", "queue");

  @ArchTest
  static final ArchRule theCoreWorksWithoutCamel =
      known(
          "org.apache.camel..",
          "component",
          "prompt",
          "files",
          "queue",
          "intake",
          "service",
          "app");

  /** Only these packages of ours may know what lies in {@code library}. */
  private static ArchRule known(String library, String... packages) {
    String[] ours =
        Arrays.stream(packages).map(name -> "io.volccv." + name + "..").toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage("io.volccv..")
        .and()
        .resideOutsideOfPackages(ours)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library);
  }
}
