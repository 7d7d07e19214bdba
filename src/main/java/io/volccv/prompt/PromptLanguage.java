package io.volccv.prompt;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.model.Job;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Predicate;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Language;
import org.apache.camel.support.ExpressionAdapter;
import org.apache.camel.support.ExpressionToPredicateAdapter;
import org.apache.camel.support.LanguageSupport;
import org.jspecify.annotations.Nullable;

/**
 * The Camel language {@code prompt}: the expression is the name of a template, the result is the
 * prompt.
 *
 * <pre>{@code
 * - setHeader:
 *     name: CamelVolcCvPrompt
 *     language: { language: prompt, expression: restyle }
 * }</pre>
 *
 * <p>With {@code #params} behind the name ({@code restyle#params}) the result is the Map of the
 * parameters that the template's front matter has, {@code negative_prompt} among them; null when
 * there are none.
 *
 * <p><b>Templates</b> are the files {@code <name>.mustache} of one folder (UTF-8, logic-free
 * Mustache without HTML escaping), loaded again when they change. A missing or wrong template stops
 * the start of the route; one that becomes wrong later fails the message.
 *
 * <p><b>Fields</b> come from the {@link Job} in the exchange property {@value Job#PROPERTY}, else
 * from a Map body; headers whose names do not start with {@code Camel} fill in what is missing.
 * When the job brought a whole prompt, that is the result and the template is not used.
 *
 * <p><b>Strict</b>: a field that is missing or null is an error, in a section, too. A template that
 * has {@code {{^x}}default{{/x}}} declares the field {@code x} optional for its sections. A
 * template whose front matter declares {@code fields} has exactly these: it may use no others, and
 * a job may not give others, but for the name, file and folder that every input has.
 *
 * <p><b>Errors</b> are {@link InvalidRequestException}s, raised before money is spent, that name
 * template, line and field. An empty prompt is an error as well.
 */
@Language("prompt")
@Metadata(
    firstVersion = "1.0.0",
    label = "language",
    title = "Prompt",
    description = "A prompt from a strict template, by the template's name.")
public final class PromptLanguage extends LanguageSupport {

  private static final String PARAMS = "#params";

  private volatile PromptFolder templates = new PromptFolder(Path.of("config/prompts"));

  /** The folder of the templates. */
  public String getFolder() {
    return templates.folder().toString();
  }

  /** The folder of the templates; {@code config/prompts} when not set. */
  @Metadata(description = "The folder of the templates.", defaultValue = "config/prompts")
  public void setFolder(String folder) {
    templates = new PromptFolder(Path.of(folder));
  }

  @Override
  public Predicate createPredicate(String expression) {
    return ExpressionToPredicateAdapter.toPredicate(createExpression(expression));
  }

  @Override
  public Expression createExpression(String expression) {
    String wanted = expression.strip();
    boolean params = wanted.endsWith(PARAMS);
    String name = params ? wanted.substring(0, wanted.length() - PARAMS.length()) : wanted;
    templates.template(name); // a wrong name or template shall stop the start, not the first job
    return new ExpressionAdapter() {
      @Override
      public @Nullable Object evaluate(Exchange exchange) {
        return params ? params(exchange, name) : prompt(exchange, name);
      }

      @Override
      public String toString() {
        return "prompt{" + wanted + "}";
      }
    };
  }

  private String prompt(Exchange exchange, String name) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    String own = job == null ? null : job.prompt();
    if (own == null) {
      return rendered(exchange, job, name).prompt();
    }
    String hidden = FieldRule.hidden(own);
    if (own.isBlank() || hidden != null) {
      String hint = hidden == null ? "write what the picture shall show" : "take it out";
      String wrong = hidden == null ? "is empty" : "has " + hidden;
      String what = "the prompt that came with " + Printable.shorten(job.name(), 120) + " " + wrong;
      throw new InvalidRequestException(what + "; " + hint, CvError.before("prompt", hint), null);
    }
    return own.strip();
  }

  /** Null and not an empty Map, so that a header that is set to it is none. */
  private @Nullable Map<String, Object> params(Exchange exchange, String name) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    if (job != null && job.prompt() != null) {
      return null;
    }
    Map<String, Object> params = rendered(exchange, job, name).params();
    return params.isEmpty() ? null : params;
  }

  private RenderedPrompt rendered(Exchange exchange, @Nullable Job job, String name) {
    Map<String, Object> given = job == null ? Map.of() : job.fields();
    return templates.render(name, given, around(exchange, job));
  }

  private static Map<String, Object> around(Exchange exchange, @Nullable Job job) {
    Map<String, Object> fields = new LinkedHashMap<>();
    exchange
        .getMessage()
        .getHeaders()
        .forEach(
            (name, value) -> {
              if (!name.toLowerCase(Locale.ROOT).startsWith("camel")) {
                fields.put(name, value);
              }
            });
    if (job == null && exchange.getMessage().getBody() instanceof Map<?, ?> body) {
      body.forEach((name, value) -> fields.put(String.valueOf(name), value));
    }
    return fields;
  }
}
