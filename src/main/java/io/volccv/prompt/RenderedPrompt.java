package io.volccv.prompt;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a template gives for some fields.
 *
 * @param prompt the prompt, never empty
 * @param params the parameters of the template, {@code negative_prompt} among them
 */
public record RenderedPrompt(String prompt, Map<String, Object> params) {

  public RenderedPrompt {
    requireNonNull(prompt, "prompt is null");
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
  }
}
