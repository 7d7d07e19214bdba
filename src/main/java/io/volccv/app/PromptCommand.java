package io.volccv.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.client.ModelCatalog;
import io.volccv.client.ModelSpec;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.IoReason;
import io.volccv.model.MapFile;
import io.volccv.prompt.PromptFolder;
import io.volccv.prompt.RenderedPrompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prompt render}: what a template gives, without a picture and without a call. */
@Command(
    name = "prompt",
    description = "Shows what a prompt template gives, without sending anything.",
    sortOptions = false)
final class PromptCommand implements Callable<Integer> {
  private static final String FOLDER = "camel.language.prompt.folder";
  private static final String TEMPLATE = "volccv.prompt";
  private static final String MODEL = "volccv.reqKey";
  private static final String MODELS = "camel.component.volccv.models";

  /** What can be done with a template. */
  enum Action {
    render
  }

  private final Terminal terminal;

  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "render", description = "What to do: render.")
  private Action action;

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description = "The template config/prompts/NAME.mustache; default: volccv.prompt.")
  private @Nullable String template;

  @Option(
      names = "--field",
      paramLabel = "NAME=VALUE",
      description = "A field of the template; may be repeated, and wins over --fields-file.")
  private Map<String, String> fields = new LinkedHashMap<>();

  @Option(
      names = "--fields-file",
      paramLabel = "FILE",
      description = "Fields as a map in YAML or JSON, for lists too.")
  private @Nullable Path fieldsFile;

  PromptCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    switch (action) {
      case render -> render();
    }
    return ExitCode.OK;
  }

  private void render() throws JsonProcessingException {
    Home home = common.home();
    Map<String, String> properties = PropertyFile.read(home);
    properties.putAll(common.properties());
    String name =
        template == null ? Checks.text(home, TEMPLATE, get(properties, TEMPLATE)) : template;
    String folder = get(properties, FOLDER);
    Map<String, Object> given = new LinkedHashMap<>(ofFile());
    given.putAll(fields);
    RenderedPrompt rendered;
    try {
      rendered =
          new PromptFolder(home.resolve(folder.isEmpty() ? "config/prompts" : folder))
              .render(name, given, Map.of());
    } catch (InvalidRequestException e) {
      throw new ConfigException("prompt", String.valueOf(e.getMessage()), e);
    }
    requireShort(home, properties, rendered.prompt());
    if (common.json()) {
      Map<String, Object> shown = new LinkedHashMap<>();
      shown.put("prompt", rendered.prompt());
      shown.put("params", rendered.params());
      terminal.out().println(new JsonMapper().writeValueAsString(shown));
    } else {
      terminal.out().println(rendered.prompt());
      rendered.params().forEach((key, value) -> terminal.out().println(key + ": " + value));
    }
  }

  /** By the limit of the model that is configured, where it is known. */
  private static void requireShort(Home home, Map<String, String> properties, String prompt) {
    String reqKey = get(properties, MODEL);
    String file = get(properties, MODELS);
    ModelCatalog models = ModelCatalog.shipped();
    try {
      models = file.isEmpty() ? models : models.with(home.resolve(file.replaceFirst("^file:", "")));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(MODELS, String.valueOf(e.getMessage()), e);
    }
    ModelSpec.Prompt rule = models.get(reqKey).prompt();
    int length = prompt.codePointCount(0, prompt.length());
    if (rule != null && rule.maxChars() > 0 && length > rule.maxChars()) {
      throw new ConfigException(
          "prompt",
          "it has " + length + " characters, " + reqKey + " takes at most " + rule.maxChars(),
          "shorten the template or the fields");
    }
  }

  private Map<String, Object> ofFile() {
    if (fieldsFile == null) {
      return Map.of();
    }
    String file = String.valueOf(fieldsFile);
    try {
      return MapFile.parse(file, Files.readString(fieldsFile));
    } catch (IOException e) {
      throw new ConfigException(
          "--fields-file", "cannot read " + IoReason.of(e) + "; write another path", e);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--fields-file", file + " " + e.getMessage() + "; correct it", e);
    }
  }

  private static String get(Map<String, String> properties, String key) {
    return new Placeholders(System::getenv).resolve(key, properties.getOrDefault(key, ""));
  }
}
