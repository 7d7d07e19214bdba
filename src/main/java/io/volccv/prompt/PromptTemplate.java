package io.volccv.prompt;

import com.samskivert.mustache.BasicCollector;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Nearest;
import io.volccv.error.Printable;
import io.volccv.prompt.TemplateText.Tag;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One compiled template with its front matter; may be used by several threads. */
final class PromptTemplate {

  /** The outermost fields, told apart from maps inside them. Not a Map, lest its methods show. */
  private record Outermost(Map<String, Object> values) {}

  private final String name;
  private final FrontMatter front;
  private final Fields fields;
  private final Map<String, TemplateText> texts;
  private final Template prompt;
  private final @Nullable Template negativePrompt;

  private PromptTemplate(
      String name,
      FrontMatter front,
      Fields fields,
      Map<String, TemplateText> texts,
      Template prompt,
      @Nullable Template negativePrompt) {
    this.name = name;
    this.front = front;
    this.fields = fields;
    this.texts = texts;
    this.prompt = prompt;
    this.negativePrompt = negativePrompt;
  }

  /** The name that the negative prompt of a template has among the texts; no file can have it. */
  static String negative(String name) {
    return name + "#" + FrontMatter.NEGATIVE_PROMPT;
  }

  /**
   * Compiles the template {@code name} of {@code texts}, which also hold all that it uses.
   *
   * @param fronts the front matter of all templates among {@code texts}
   * @throws InvalidRequestException when sections do not match, or a field is not declared
   */
  static PromptTemplate compile(
      String name, Map<String, TemplateText> texts, Map<String, FrontMatter> fronts) {
    FrontMatter front = fronts.get(name);
    Map<String, FieldRule> rules = new LinkedHashMap<>(front.fields());
    fronts.values().forEach(other -> other.fields().forEach(rules::putIfAbsent));
    Fields fields = new Fields(name, rules, !front.fields().isEmpty());
    Set<String> optional =
        Stream.concat(
                fields.optional(), texts.values().stream().flatMap(t -> t.optional().stream()))
            .collect(Collectors.toUnmodifiableSet());
    Mustache.Compiler compiler =
        Mustache.compiler()
            .escapeHTML(false)
            .strictSections(true)
            .emptyStringIsFalse(true)
            .withFormatter(PromptTemplate::format)
            .withCollector(new OwnKeys(optional))
            .withLoader(partial -> new StringReader(text(texts, partial)));
    texts.values().forEach(text -> compiled(compiler, text)); // partials are compiled late
    TemplateText negative = texts.get(negative(name));
    Set<String> insideLists = new LinkedHashSet<>();
    texts.values().forEach(text -> requireDeclared(text, fields, insideLists));
    return new PromptTemplate(
        name,
        front,
        fields,
        texts,
        compiled(compiler, texts.get(name)),
        negative == null ? null : compiled(compiler, negative));
  }

  private static Template compiled(Mustache.Compiler compiler, TemplateText text) {
    try {
      return compiler.compile(text.text());
    } catch (MustacheException e) {
      String what = Printable.shorten(String.valueOf(e.getMessage()), 200);
      throw error(text.name(), what, "correct it", e);
    }
  }

  /**
   * What it gives.
   *
   * @param given the job's fields; of these none may be unknown
   * @param others what lies around; used when asked for
   * @throws InvalidRequestException when a field is missing or not as it is declared, or when the
   *     prompt is empty or too long
   */
  RenderedPrompt render(Map<String, Object> given, Map<String, Object> others) {
    Map<String, Object> values = fields.values(given, others);
    String text = execute(prompt, values).strip();
    if (text.isEmpty()) {
      throw error(name, "the prompt is empty", "write what the picture shall show");
    }
    int length = text.codePointCount(0, text.length());
    if (front.maxLength() > 0 && length > front.maxLength()) {
      String limit = " characters, at most " + front.maxLength() + " may be";
      throw error(name, "the prompt has " + length + limit, "shorten the fields");
    }
    Map<String, Object> params = new LinkedHashMap<>(front.params());
    String negative = negativePrompt == null ? "" : execute(negativePrompt, values).strip();
    if (!negative.isEmpty()) {
      params.put(FrontMatter.NEGATIVE_PROMPT, negative);
    }
    return new RenderedPrompt(text, params);
  }

  private String execute(Template template, Map<String, Object> values) {
    try {
      return template.execute(new Outermost(values));
    } catch (MustacheException.Context e) {
      throw error(
          place(e.key, e.lineNo),
          "there is no field '" + Printable.shorten(e.key, 80) + "' (or it is null)",
          "give it in the sidecar's fields, or take it out of the template",
          e);
    } catch (UnfitException e) {
      throw error(place(e.value, values), String.valueOf(e.getMessage()), e.hint, e);
    } catch (MustacheException e) {
      throw error(name, Printable.shorten(String.valueOf(e.getMessage()), 200), "correct it", e);
    }
  }

  /** The file and line of a tag: jmustache knows the line, but not in which partial. */
  private String place(String key, int line) {
    return texts.values().stream()
            .filter(
                text ->
                    text.tags().stream()
                        .anyMatch(tag -> tag.line() == line && tag.name().endsWith(key)))
            .map(TemplateText::name)
            .findFirst()
            .orElse(name)
        + ", line "
        + line;
  }

  /** The file and line where a field's value is printed. */
  private String place(Object value, Map<String, Object> values) {
    for (TemplateText text : texts.values()) {
      for (Tag tag : text.tags()) {
        if (tag.kind() == Tag.VALUE && values.get(tag.name()) == value) {
          return text.name() + ", line " + tag.line() + ", field '" + tag.name() + "'";
        }
      }
    }
    return name;
  }

  private static String text(Map<String, TemplateText> texts, String name) {
    TemplateText text = texts.get(name);
    if (text == null) {
      throw new MustacheException("there is no partial " + name);
    }
    return text.text();
  }

  private static CharSequence format(Object value) {
    if (!(value instanceof CharSequence || value instanceof Number || value instanceof Boolean)) {
      String type = value instanceof Collection ? "list" : value instanceof Map ? "map" : "object";
      throw new UnfitException(
          value,
          "a field is a " + type + " and not a text",
          "use it as a section, {{#field}}...{{/field}}");
    }
    String text = value.toString();
    String hidden = FieldRule.hidden(text);
    if (hidden != null) {
      throw new UnfitException(value, "a field has " + hidden, "take it out");
    }
    return text;
  }

  /**
   * Refuses a template that uses what it does not declare: a typing error, found at the start.
   *
   * @param insideLists partials that are used for the entries of a list, whose names nobody
   *     declares; those of {@code text} are added
   */
  private static void requireDeclared(TemplateText text, Fields fields, Set<String> insideLists) {
    boolean isEntry = insideLists.contains(text.name());
    Deque<Tag> open = new ArrayDeque<>();
    for (Tag tag : text.tags()) {
      if (tag.kind() == '/') {
        open.pollLast();
        continue;
      }
      String first = tag.name().replaceFirst("\\..*", "");
      boolean insideList = isEntry || open.stream().anyMatch(section -> isList(section, fields));
      if (tag.kind() == '>' && insideList) {
        insideLists.add(tag.name());
      }
      boolean isOfMustache = first.isEmpty() || first.startsWith("-") || first.equals("this");
      if (tag.kind() != '>' && !isOfMustache && !insideList && !fields.knows(first)) {
        List<String> names = List.copyOf(fields.rules().keySet());
        throw error(
            text.name() + ", line " + tag.line(),
            "the field '" + Printable.shorten(first, 60) + "' is not declared",
            Nearest.to(first, names)
                .map(near -> "did you mean " + near + "?")
                .orElse("declare it in the front matter of " + fields.template()));
      }
      if (tag.kind() == Tag.VALUE && !insideList && isList(tag, fields)) {
        throw error(
            text.name() + ", line " + tag.line(),
            "the field '" + tag.name() + "' is a list",
            "use it as a section, {{#" + tag.name() + "}}{{.}}{{/" + tag.name() + "}}");
      }
      if (tag.kind() == '#' || tag.kind() == '^') {
        open.addLast(tag);
      }
    }
  }

  private static boolean isList(Tag tag, Fields fields) {
    FieldRule rule = fields.rules().get(tag.name());
    return rule != null && rule.type() == FieldRule.Type.LIST;
  }

  private static InvalidRequestException error(String where, String what, String hint) {
    return error(where, what, hint, null);
  }

  private static InvalidRequestException error(
      String where, String what, String hint, @Nullable Exception cause) {
    return new InvalidRequestException(
        "prompt template " + where + ": " + what + "; " + hint,
        CvError.before("prompt", hint),
        cause);
  }

  /** A value that cannot be printed. */
  private static final class UnfitException extends MustacheException {
    private static final long serialVersionUID = 1L;
    private final transient Object value;
    private final String hint;

    UnfitException(Object value, String what, String hint) {
      super(what);
      this.value = value;
      this.hint = hint;
    }
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
        if (data instanceof Outermost outermost) {
          return outermost.values().containsKey(key) || optional.contains(key)
              ? outermost.values().get(key)
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
