package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.error.ContentRejectedException;
import io.volccv.error.CvError;
import io.volccv.error.CvException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.ThrottledException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.model.OnExceptionDefinition;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/errors.md} says what {@code routes/errors.yaml} does, and its patches work. */
final class ErrorsDocTest {

  private static final Path DOC = Path.of("docs/errors.md");
  private static final Pattern ROW = Pattern.compile("\\| `(\\w+Exception)` \\|.*\\| `(\\w+)` \\|");
  private static final Pattern PATCH = Pattern.compile("```diff\n(.*?)```", Pattern.DOTALL);

  /** An option that has no neutral value, and one that names a bean. */
  private static final List<String> LEFT_OUT =
      List.of("getDelayPattern", "getExchangeFormatterRef");

  @TempDir Path folder;
  private RoutesHome home;

  @BeforeEach
  void open() throws IOException {
    home = new RoutesHome(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  static List<Class<? extends CvException>> types() {
    List<Class<? extends CvException>> types = new ArrayList<>();
    for (Class<?> type : CvException.class.getPermittedSubclasses()) {
      types.add(type.asSubclass(CvException.class));
    }
    return types;
  }

  @ParameterizedTest
  @MethodSource("types")
  void anInputEndsWhereTheTableSays(Class<? extends CvException> type) throws Exception {
    String end = ends().get(type.getSimpleName());
    assertThat(end).as("%s in the table of %s", type.getSimpleName(), DOC).isNotNull();
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error((m, error, cause) -> make(type, m, error), "50999", true, 1L);
        });
    home.drop("tom.png", "input");
    home.start();

    if (end.equals("inbox")) {
      await().until(() -> home.stayed.size() == 1);
      assertThat(home.refusals.get(0)).isInstanceOf(type);
      assertThat(home.ended).isEmpty();
      assertThat(home.files("inbox")).containsExactly("tom.png");
    } else {
      await().atMost(Duration.ofSeconds(30)).until(() -> home.ended.size() == 1);
      await().until(() -> home.files("inbox").isEmpty());
      assertThat(home.files(end)).containsExactly("tom.png", "tom.png.error.json");
      assertThat(home.read(end + "/tom.png.error.json"))
          .contains("\"" + type.getSimpleName() + "\"", "\"billed\"", "50999");
    }
  }

  @Test
  void theTableHasEachTypeOnce() throws IOException {
    assertThat(ends().keySet())
        .containsExactlyInAnyOrderElementsOf(types().stream().map(Class::getSimpleName).toList());
  }

  @Test
  void eachTypeHasAClauseWithEveryOptionOfRedeliverySpelledOut() throws Exception {
    home.start();
    List<OnExceptionDefinition> clauses =
        home.context.getRouteConfigurationDefinition("errors").getOnExceptions();

    assertThat(clauses.stream().flatMap(clause -> clause.getExceptions().stream()))
        .containsAll(types().stream().map(Class::getName).toList());
    for (OnExceptionDefinition clause : clauses) {
      RedeliveryPolicyDefinition policy = clause.getRedeliveryPolicyType();
      for (var option : RedeliveryPolicyDefinition.class.getDeclaredMethods()) {
        if (option.getName().startsWith("get")
            && option.getReturnType() == String.class
            && !LEFT_OUT.contains(option.getName())) {
          assertThat(option.invoke(policy))
              .as("%s of %s", option.getName(), clause.getExceptions())
              .isNotNull();
        }
      }
      assertThat(policy.getAsyncDelayedRedelivery()).isEqualTo("true");
    }
  }

  @Test
  void throttledInputsStayInTheInbox() throws Exception {
    home.errors = patched(0);
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(ThrottledException::new, "50429", true, 1L);
        });
    home.drop("tom.png", "input");
    home.start();
    await().until(() -> home.stayed.size() == 1);

    assertThat(home.volccv.calls).hasSize(6);
    assertThat(home.files("inbox")).containsExactly("tom.png");
    assertThat(home.files("failed")).isEmpty();
    assertThat(home.ended).isEmpty();
  }

  @Test
  void morePatienceWithModeration() throws Exception {
    home.errors = patched(1);
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(OutputRejectedException::new, "50511", false, null);
        });
    home.drop("tom.png", "input");
    home.start();
    await().until(() -> home.ended.size() == 1);

    assertThat(home.outcomes()).containsExactly("tom.png REJECTED");
    assertThat(home.volccv.calls).hasSize(9);
    assertThat(home.volccv.calls.stream().map(call -> String.valueOf(call.params())))
        .as("seeds")
        .doesNotHaveDuplicates();
  }

  @Test
  void byCode() throws Exception {
    home.errors = patched(2);
    home.volccv.answer(
        call -> {
          String code = call.name().startsWith("prompt") ? "50412" : "50411";
          throw FakeVolcCv.error(ContentRejectedException::new, code, false, null);
        });
    home.drop("prompt.png", "one");
    home.drop("photo.png", "two");
    home.start();
    await().until(() -> home.ended.size() == 2);

    assertThat(home.outcomes()).containsExactly("photo.png REJECTED", "prompt.png INVALID");
  }

  /** The shipped policy with the n-th patch of the page. */
  private Path patched(int n) throws IOException {
    String policy = Files.readString(Path.of("routes/errors.yaml"));
    List<String> patches =
        PATCH.matcher(Files.readString(DOC)).results().map(found -> found.group(1)).toList();
    assertThat(patches).as("a test for each patch").hasSize(3);
    for (String hunk : patches.get(n).split("(?m)^@@\n")) {
      String before = lines(hunk, " -");
      String after = lines(hunk, " +");
      assertThat(policy.split(Pattern.quote(before), -1)).as("places of\n%s", before).hasSize(2);
      policy = policy.replace(before, after);
    }
    return Files.writeString(folder.resolve("errors.yaml"), policy);
  }

  private static String lines(String hunk, String kinds) {
    return hunk.lines()
        .filter(line -> kinds.indexOf(line.charAt(0)) >= 0)
        .map(line -> line.substring(1) + "\n")
        .reduce("", String::concat);
  }

  private static Map<String, String> ends() throws IOException {
    Map<String, String> ends = new LinkedHashMap<>();
    List<MatchResult> rows = ROW.matcher(Files.readString(DOC)).results().toList();
    rows.forEach(row -> ends.put(row.group(1), row.group(2)));
    assertThat(ends).hasSameSizeAs(rows);
    return ends;
  }

  private static CvException make(
      Class<? extends CvException> type, String message, CvError error) {
    try {
      return type.getConstructor(String.class, CvError.class, Throwable.class)
          .newInstance(message, error, null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
