package io.volccv.bench.calls;

import static java.util.stream.Collectors.joining;

import io.volccv.bench.client.Auth;
import io.volccv.bench.client.CamelHttpClient;
import io.volccv.bench.client.RawClient;
import io.volccv.bench.client.VolcCvClient;
import io.volccv.bench.client.VolcCvSqliteClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Who is measured, side by side. */
enum Contender {
  /** A socket and nothing else: what Java can do at best. */
  RAW("raw socket", RawClient.class.getName(), EnumSet.allOf(Auth.class)),
  VOLCCV("volccv, memory", VolcCvClient.class.getName(), EnumSet.allOf(Auth.class)),
  VOLCCV_SQLITE("volccv, SQLite", VolcCvSqliteClient.class.getName(), EnumSet.allOf(Auth.class)),
  CAMEL_HTTP("camel-http", CamelHttpClient.class.getName(), EnumSet.of(Auth.BEARER)),
  VENDOR_SDK("volc-sdk-java", "VendorSdkClient", EnumSet.of(Auth.SIGNED));

  private static final String VENDOR_SOURCE = "src/bench/vendor-sdk/java/VendorSdkClient.java";

  private final String label;
  private final String type;
  private final Set<Auth> auths;

  Contender(String label, String type, Set<Auth> auths) {
    this.label = label;
    this.type = type;
    this.auths = auths;
  }

  String label() {
    return label;
  }

  Set<Auth> auths() {
    return auths;
  }

  boolean knows(Auth auth) {
    return auths.contains(auth);
  }

  /** Signed, if it can. */
  Auth strongest() {
    return knows(Auth.SIGNED) ? Auth.SIGNED : Auth.BEARER;
  }

  /** The class of the client. */
  String type() {
    return type;
  }

  String classPath(Path folder) throws IOException {
    if (this != VENDOR_SDK) {
      return System.getProperty("java.class.path");
    }
    Path classes = Files.createDirectories(folder.resolve("vendor-sdk"));
    String classPath = vendorJars() + ":" + Path.of("target", "test-classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int failed =
        compiler.run(null, null, null, "-cp", classPath, "-d", classes.toString(), VENDOR_SOURCE);
    if (failed != 0) {
      throw new IOException(VENDOR_SOURCE + " does not compile");
    }
    return classes + ":" + classPath;
  }

  private static String vendorJars() {
    try (Stream<Path> jars = Files.list(Path.of("target", "vendor-sdk"))) {
      return jars.map(Path::toString).collect(joining(":"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
