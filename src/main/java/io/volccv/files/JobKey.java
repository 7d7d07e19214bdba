package io.volccv.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.volccv.model.Job;
import io.volccv.model.MapFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.Message;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * The step before the call: names the wish, so that it is paid at most once.
 *
 * <p><b>In</b>: the {@link Job} in the exchange property {@value Job#PROPERTY}, the header {@code
 * CamelVolcCvPrompt}, and in {@code CamelVolcCvParams} (Map) what the prompt template says.
 * <b>Out</b>: the headers {@code CamelVolcCvJobKey} and, when template or job have parameters,
 * {@code CamelVolcCvParams} (Map), in which the job's win.
 *
 * <p>The key is the one that the job brought, else the SHA-256 of input, prompt, {@code req_key}
 * and all parameters: the same after a restart, another one when the input, the prompt or a
 * parameter changes. The seed of a re-roll is no part of it, since that is chosen after this step.
 */
public final class JobKey implements CamelContextAware {

  static final String KEY = "CamelVolcCvJobKey";
  static final String PARAMS = "CamelVolcCvParams";
  static final String PROMPT = "CamelVolcCvPrompt";

  private static final String ASKED = "CamelVolcCvAsked";
  private static final String OPTION = "volccv.param.";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** What is asked, for the provenance of the pictures. */
  record Asked(String reqKey, String prompt, Map<String, Object> params, String jobKey) {

    static @Nullable Asked of(Exchange exchange) {
      return exchange.getProperty(ASKED, Asked.class);
    }
  }

  private @Nullable CamelContext context;
  private String reqKey = "";
  private String params = "";
  private volatile @Nullable Map<String, Object> configured;

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** The {@code req_key} of the calls. */
  public void setReqKey(String reqKey) {
    this.reqKey = reqKey;
  }

  /** The parameter file of the calls, for example {@code file:config/params/restyle.yaml}. */
  public void setParams(String params) {
    this.params = params;
  }

  /** Sets the headers. */
  @Handler
  public void name(Exchange exchange) throws IOException {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    if (job != null) {
      JobRules.requireApplied(exchange, job);
    }
    Message message = exchange.getMessage();
    String prompt = message.getHeader(PROMPT, "", String.class);
    String model = exchange.getProperty(JobRules.REQ_KEY, reqKey, String.class);
    Map<String, Object> own =
        message.getHeader(PARAMS) instanceof Map<?, ?> template
            ? MapFile.textKeys(template)
            : new LinkedHashMap<>();
    own.putAll(job == null ? Map.of() : job.params());
    Map<String, Object> all = new LinkedHashMap<>(configured(exchange.getContext(), model));
    all.putAll(own);
    String input = job == null || job.inputSha256() == null ? "" : job.inputSha256();
    String chosen = job == null ? null : job.choices().jobKey();
    String key = chosen == null ? hash(input, prompt, all, model) : chosen;
    message.setHeader(KEY, key);
    if (!own.isEmpty()) {
      message.setHeader(PARAMS, own);
    }
    exchange.setProperty(ASKED, new Asked(model, prompt, all, key));
  }

  private static String hash(String input, String prompt, Map<String, Object> all, String model)
      throws JsonProcessingException {
    Map<String, Object> wish =
        new TreeMap<>(Map.of("input", input, "prompt", prompt, "params", all, "reqKey", model));
    return Hashes.sha256(JSON.writeValueAsBytes(wish));
  }

  /** The file is that of the configured model; another one has other parameters. */
  private Map<String, Object> configured(CamelContext camel, String model) throws IOException {
    if (model.equals(reqKey)) {
      return configured(camel);
    }
    Map<String, Object> nested = new LinkedHashMap<>();
    options(camel).forEach((name, value) -> MapFile.put(nested, name, value));
    return nested;
  }

  /** The parameters that all calls have; read once, as the endpoint does. */
  private Map<String, Object> configured(CamelContext camel) throws IOException {
    Map<String, Object> known = configured;
    if (known == null) {
      Map<String, Object> read = new LinkedHashMap<>();
      if (!params.isBlank()) {
        try (InputStream in = ResourceHelper.resolveMandatoryResourceAsInputStream(camel, params)) {
          read.putAll(
              MapFile.parse(
                  params, new String(in.readNBytes(MapFile.MAX_BYTES), StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("parameter file " + params + " " + e.getMessage(), e);
        }
      }
      options(camel).forEach((name, value) -> MapFile.put(read, name, value));
      known = Collections.unmodifiableMap(read);
      configured = known;
    }
    return known;
  }

  private static Map<String, Object> options(CamelContext camel) {
    Properties options =
        camel.getPropertiesComponent().loadProperties(name -> name.startsWith(OPTION));
    Map<String, Object> read = new TreeMap<>();
    for (Map.Entry<Object, Object> option : options.entrySet()) {
      read.put(option.getKey().toString().substring(OPTION.length()), option.getValue());
    }
    return read;
  }
}
