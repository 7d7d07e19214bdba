package io.volccv.app;

import io.volccv.component.VolcCvComponent;
import io.volccv.error.CvException;
import io.volccv.error.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;

/**
 * Why Camel did not start, in the one line that an operator needs. Camel nests its reasons several
 * deep and repeats each on every level.
 */
final class StartFailure {
  private static final Pattern NO_COMPONENT =
      Pattern.compile(
          "Error configuring property: (\\S+) because cannot find (\\w+) with name (\\S+?)\\..*",
          Pattern.DOTALL);
  private static final Pattern NO_PROPERTY =
      Pattern.compile("Property with key \\[(.+?)] not found .*", Pattern.DOTALL);
  private static final Pattern YAML_PLACE =
      Pattern.compile("in (?:file:)?(\\S.*?\\.yaml), line (\\d+)");
  private static final Pattern RESOURCE =
      Pattern.compile("(?:resource: |source: )file:(.+?\\.yaml)");

  /** How the component names the option that it can't work with. */
  private static final Pattern OPTION = Pattern.compile("([a-z][\\w.]*): (.+; .+)", Pattern.DOTALL);

  private static final Pattern NO_BOOLEAN =
      Pattern.compile("Cannot convert the String value: (.*) to type: boolean");
  private static final Pattern NO_CONSTANT =
      Pattern.compile("Enum class class (\\S+) does not have any constant with value: (.*)");
  private static final Pattern DUPLICATE =
      Pattern.compile("Duplicate route ids detected: ([^.]+)\\.");
  private static final Pattern UNKNOWN_PARAMETERS =
      Pattern.compile("Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);

  private final Home home;
  private final List<Throwable> chain = new ArrayList<>();

  private StartFailure(Home home, Throwable failure) {
    this.home = home;
    for (Throwable t = failure; t != null && !chain.contains(t); t = t.getCause()) {
      chain.add(t);
    }
  }

  static ConfigException of(Home home, Exception failure) {
    return new StartFailure(home, failure).explain();
  }

  private ConfigException explain() {
    return find(ConfigException.class)
        .or(() -> find(PropertyBindingException.class).map(this::option))
        .or(this::missingComponent)
        .or(this::missingProperty)
        .or(this::ownWords)
        .orElseGet(this::routes);
  }

  private ConfigException option(PropertyBindingException failure) {
    if (failure.getOptionPrefix() == null) {
      return routes();
    }
    String key = failure.getOptionPrefix() + failure.getOptionKey();
    if (failure.getCause() != null) {
      return noBoolean(key)
          .or(() -> noConstant(key))
          .orElseGet(() -> new ConfigException(key, firstLine(root()), "write a value that fits"));
    }
    String remedy =
        Nearest.to(String.valueOf(failure.getPropertyName()), options(failure.getTarget()))
            .map(near -> "did you mean " + failure.getOptionPrefix() + near + "?")
            .orElse("remove it, or look up the name");
    return new ConfigException(key, "there is no such property", remedy);
  }

  private Optional<ConfigException> noBoolean(String key) {
    return match(NO_BOOLEAN)
        .map(
            m ->
                new ConfigException(
                    key, "'" + m.group(1) + "' is neither true nor false", "write one of the two"));
  }

  private Optional<ConfigException> noConstant(String key) {
    return match(NO_CONSTANT)
        .map(
            m ->
                new ConfigException(
                    key,
                    "'" + m.group(2) + "' is not known",
                    "write " + String.join(" or ", constants(m.group(1)))));
  }

  private static List<String> constants(String enumClass) {
    try {
      return Arrays.stream(Class.forName(enumClass).getEnumConstants())
          .map(constant -> ((Enum<?>) constant).name())
          .toList();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("Camel named the class of its own option", e);
    }
  }

  private static List<String> options(Object target) {
    return target instanceof VolcCvComponent component
        ? Stream.of(component, component.getConfiguration())
            .flatMap(part -> setters(part).stream())
            .toList()
        : setters(target);
  }

  private static List<String> setters(Object target) {
    return Arrays.stream(target.getClass().getMethods())
        .filter(method -> method.getParameterCount() == 1)
        .map(java.lang.reflect.Method::getName)
        .filter(name -> name.matches("set[A-Z].*"))
        .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4))
        .distinct()
        .sorted()
        .toList();
  }

  private Optional<ConfigException> missingComponent() {
    return match(NO_COMPONENT)
        .map(
            m ->
                new ConfigException(
                    m.group(1),
                    "there is no " + m.group(2) + " '" + m.group(3) + "'",
                    "correct the name, or put its jar into lib/"));
  }

  private Optional<ConfigException> missingProperty() {
    return match(NO_PROPERTY)
        .map(
            m ->
                new ConfigException(
                    m.group(1),
                    place()
                        .map(at -> at + " uses it, but it is not set")
                        .orElse("is used but not set"),
                    "write " + m.group(1) + "=... in " + home.display(home.config())));
  }

  /** Our own parts already say what is wrong and what to write. */
  private Optional<ConfigException> ownWords() {
    return chain.stream()
        .filter(
            t -> t instanceof CvException || t.getClass().equals(IllegalArgumentException.class))
        .filter(t -> t.getMessage() != null && t.getMessage().contains("; "))
        .findFirst() // the outer ones know the option, the inner ones what is wrong inside it
        .map(this::ownWords);
  }

  private ConfigException ownWords(Throwable failure) {
    Matcher option = OPTION.matcher(failure.getMessage());
    return option.matches()
        ? new ConfigException(property(option.group(1)), option.group(2), failure)
        : new ConfigException(whose(failure), failure.getMessage(), failure);
  }

  /**
   * The line of the configuration that sets an option of the component; {@code volccv.ledger} is
   * another thing than the option of that name, which wants a bean.
   */
  private static String property(String option) {
    String own = "volccv." + option;
    if (option.equals("ledger")) {
      return "camel.component.volccv.ledger";
    }
    if (IntakeSettings.owns(option)) {
      return option;
    }
    return option.startsWith("param.")
            || Setting.ALL.stream().anyMatch(setting -> setting.key().equals(own))
        ? own
        : "camel.component.volccv." + option;
  }

  private String whose(Throwable failure) {
    if (failure instanceof CvException cv && cv.getStage().equals("prompt")) {
      return "volccv.prompt";
    }
    // What the message calls by its URI stands in a route; options stand in the configuration.
    return Optional.of(failure.getMessage())
        .filter(text -> text.startsWith("volccv:"))
        .flatMap(text -> place())
        .orElse(home.display(home.config()));
  }

  private ConfigException routes() {
    String where = place().orElse("routes/");
    Throwable root = root();
    Optional<ConfigException> unknown =
        Optional.ofNullable(root.getMessage())
            .map(UNKNOWN_PARAMETERS::matcher)
            .filter(Matcher::find)
            .map(
                m ->
                    new ConfigException(
                        where, "there is no option " + names(m.group(1)), "correct its name"));
    if (unknown.isPresent()) {
      return unknown.get();
    }
    if (root instanceof NoSuchEndpointException missing) {
      return new ConfigException(
          where,
          "there is no component for " + missing.getUri(),
          "correct the name, or put its jar into lib/");
    }
    return match(DUPLICATE)
        .map(
            m ->
                new ConfigException(
                    "routes/",
                    "there are two routes " + m.group(1),
                    "give each file's routes their own id"))
        .orElseGet(
            () -> new ConfigException(where, firstLine(root) + "; correct it there", chain.get(0)));
  }

  /** Without the values, one of which may be a secret under a mistyped name. */
  private static String names(String parameters) {
    return Arrays.stream(parameters.split(", "))
        .map(parameter -> parameter.replaceFirst("=.*", ""))
        .reduce((first, second) -> first + ", " + second)
        .orElse("");
  }

  private Optional<String> place() {
    Optional<String> line =
        match(YAML_PLACE)
            .flatMap(m -> m.reset().results().reduce((first, last) -> last))
            .map(last -> home.display(Path.of(last.group(1))) + ", line " + last.group(2));
    return line.or(() -> match(RESOURCE).map(m -> home.display(Path.of(m.group(1)))))
        .or(() -> routeId().map(this::fileOf));
  }

  private Optional<String> routeId() {
    return find(FailedToCreateRouteException.class)
        .map(FailedToCreateRouteException::getRouteId)
        .or(
            () ->
                find(FailedToStartRouteException.class)
                    .map(FailedToStartRouteException::getRouteId));
  }

  private String fileOf(String routeId) {
    Pattern line =
        Pattern.compile("(?m)^\\s*(?:- )?id: *[\"']?" + Pattern.quote(routeId) + "[\"']?\\s*$");
    for (Path file :
        RouteFiles.of(home, RouteFiles.names(home, "from"), RouteFiles.names(home, "to"))) {
      try {
        if (line.matcher(Files.readString(file)).find()) {
          return home.display(file);
        }
      } catch (IOException e) {
        return "route " + routeId; // only a better name for the same thing
      }
    }
    return "route " + routeId;
  }

  private <T extends Throwable> Optional<T> find(Class<T> type) {
    return chain.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private Optional<Matcher> match(Pattern pattern) {
    return chain.stream()
        .map(t -> pattern.matcher(String.valueOf(t.getMessage())))
        .filter(Matcher::find)
        .findFirst();
  }

  private Throwable root() {
    return chain.get(chain.size() - 1);
  }

  private static String firstLine(Throwable failure) {
    String text = failure.getMessage();
    if (text == null || text.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return failure instanceof ClassNotFoundException
        ? "there is no class " + text
        : beforeLastPlace(text.strip().lines().toList());
  }

  /** Of a parser's several complaints the last is the one about the place that is wrong. */
  private static String beforeLastPlace(List<String> lines) {
    String problem = lines.get(0);
    for (int i = 1; i < lines.size(); i++) {
      if (YAML_PLACE.matcher(lines.get(i)).find()) {
        problem = lines.get(i - 1);
      }
    }
    return problem.strip().replaceFirst("\\.$", "");
  }
}
