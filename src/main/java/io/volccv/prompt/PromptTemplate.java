package io.volccv.prompt;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import java.io.StringReader;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One compiled template; may be used by several threads. */
final class PromptTemplate {

  /** The outermost fields, told apart from maps inside them. Not a Map, lest its methods show. */
  private record Fields(Map<String, Object> values) {}

  private final String name;
  private final Template template;

  private PromptTemplate(String name, Template template) {
    this.name = name;
    this.template = template;
  }

  /**
   * Compiles the template {@code name} of {@code texts}, which also hold all that it uses.
   *
   * @throws InvalidRequestException when sections do not match
   */
  static PromptTemplate compile(String name, Map<String, TemplateText> texts) {
    Set<String> optional =
        texts.values().stream()
            .flatMap(text -> text.optional().stream())
            .collect(Collectors.toUnmodifiableSet());
    Mustache.Compiler compiler =
        Mustache.compiler()
            .escapeHTML(false)
            .strictSections(true)
            .emptyStringIsFalse(true)
            .withFormatter(PromptTemplate::format)
            .withCollector(new OwnKeys(optional))
            .withLoader(partial -> new StringReader(text(texts, partial)));
    try {
      texts.values().forEach(text -> compiler.compile(text.text())); // partials are compiled late
      return new PromptTemplate(name, compiler.compile(text(texts, name)));
    } catch (MustacheException e) {
      throw error(name, Printable.shorten(String.valueOf(e.getMessage()), 200), "correct it", e);
    }
  }

  /**
   * The prompt.
   *
   * @throws InvalidRequestException when a field is missing or null, or is no text
   */
  String render(Map<String, Object> fields) {
    try {
      return template.execute(new Fields(fields));
    } catch (MustacheException.Context e) {
      throw error(
          name + ", line " + e.lineNo,
          "there is no field '" + Printable.shorten(e.key, 80) + "' (or it is null)",
          "give it in the sidecar's fields, or take it out of the template",
          e);
    } catch (MustacheException e) {
      throw error(name, Printable.shorten(String.valueOf(e.getMessage()), 200), "correct it", e);
    }
  }

  private static String text(Map<String, TemplateText> texts, String name) {
    TemplateText text = texts.get(name);
    if (text == null) {
      throw new MustacheException("there is no partial " + name);
    }
    return text.text();
  }

  private static CharSequence format(Object value) {
    if (value instanceof CharSequence || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    throw new MustacheException(
        "a field is a "
            + value.getClass().getSimpleName()
            + " and not a text; use it as a section, {{#field}}...{{/field}}");
  }

  private static InvalidRequestException error(
      String where, String what, String hint, @Nullable Exception cause) {
    return new InvalidRequestException(
        "prompt template " + where + ": " + what + "; " + hint,
        CvError.before("prompt", hint),
        cause);
  }

  /**
   * Looks names up among the keys of maps and nowhere else. jmustache's own collector also calls
   * methods, so that {@code {{entrySet}}} would put every field into the prompt.
   */
  private static final class OwnKeys extends BasicCollector {

    private final Set<String> optional;

    OwnKeys(Set<String> optional) {
      this.optional = optional;
    }

    @Override
    public Mustache.VariableFetcher createFetcher(Object context, String name) {
      return (data, key) -> {
        if (data instanceof Fields fields) {
          return fields.values().containsKey(key) || optional.contains(key)
              ? fields.values().get(key)
              : Template.NO_FETCHER_FOUND;
        }
        return data instanceof Map<?, ?> map && map.containsKey(key)
            ? map.get(key)
            : Template.NO_FETCHER_FOUND;
      };
    }

    @Override
    public <K, V> Map<K, V> createFetcherCache() {
      return new ConcurrentHashMap<>();
    }
  }
}
