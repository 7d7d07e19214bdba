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
 * <p><b>Templates</b> are the files {@code <name>.mustache} of one folder (UTF-8, logic-free
 * Mustache without HTML escaping), loaded again when they change. A missing or wrong template stops
 * the start of the route; one that becomes wrong later fails the message.
 *
 * <p><b>Fields</b> come from the {@link Job} in the exchange property {@value Job#PROPERTY}, else
 * from a Map body; headers whose names do not start with {@code Camel} fill in what is missing.
 * When the job brought a whole prompt, that is the result and the template is not used.
 *
 * <p><b>Strict</b>: a field that is missing or null is an error, in a section, too. A template that
 * has {@code {{^x}}default{{/x}}} declares the field {@code x} optional for its sections.
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
    String name = expression.strip();
    templates.template(name); // a wrong name or template shall stop the start, not the first job
    return new ExpressionAdapter() {
      @Override
      public Object evaluate(Exchange exchange) {
        return prompt(exchange, name);
      }

      @Override
      public String toString() {
        return "prompt{" + name + "}";
      }
    };
  }

  private String prompt(Exchange exchange, String name) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    String own = job == null ? null : job.prompt();
    String prompt =
        (own == null ? templates.template(name).render(fields(exchange, job)) : own).strip();
    if (prompt.isEmpty()) {
      String hint = "write what the picture shall show";
      String what =
          own == null
              ? "prompt template " + name + " gave an empty prompt"
              : "the prompt that came with " + Printable.shorten(job.name(), 120) + " is empty";
      throw new InvalidRequestException(what + "; " + hint, CvError.before("prompt", hint), null);
    }
    return prompt;
  }

  private static Map<String, Object> fields(Exchange exchange, @Nullable Job job) {
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
    if (job != null) {
      fields.putAll(job.fields());
    } else if (exchange.getMessage().getBody() instanceof Map<?, ?> body) {
      body.forEach((name, value) -> fields.put(String.valueOf(name), value));
    }
    return fields;
  }
}
