package io.volccv.component;

import org.apache.camel.spi.Metadata;

/** The headers that the component reads and writes. None of them chooses target or credentials. */
public final class VolcCvConstants {

  @Metadata(
      label = "producer",
      description = "In: the prompt. Wins over body, params and options.",
      javaType = "String")
  public static final String PROMPT = "CamelVolcCvPrompt";

  @Metadata(
      label = "producer",
      description =
          "In: API parameters for this message, a Map or JSON text; which ones it may set is the option"
              + " messageParams.",
      javaType = "java.util.Map")
  public static final String PARAMS = "CamelVolcCvParams";

  @Metadata(
      label = "producer",
      description = "In: the name under which the job is paid at most once.",
      javaType = "String")
  public static final String JOB_KEY = "CamelVolcCvJobKey";

  @Metadata(
      label = "producer",
      description =
          "In, for result and cancel: the task's id. Out: the task's id, when the call was one that has a"
              + " task.",
      javaType = "String")
  public static final String TASK_ID = "CamelVolcCvTaskId";

  @Metadata(
      label = "producer",
      description = "Out: the service's id of the request.",
      javaType = "String")
  public static final String REQUEST_ID = "CamelVolcCvRequestId";

  @Metadata(
      label = "producer",
      description = "Out: the seed that was used, as far as it is known.",
      javaType = "Long")
  public static final String SEED = "CamelVolcCvSeed";

  @Metadata(
      label = "producer",
      description = "Out: what the call costs in CNY, when the price is known.",
      javaType = "java.math.BigDecimal")
  public static final String COST_CNY = "CamelVolcCvCostCny";

  @Metadata(
      label = "producer",
      description = "Out: the fields of the answer without pictures.",
      javaType = "java.util.Map")
  public static final String RESULT = "CamelVolcCvResult";

  @Metadata(
      label = "producer",
      description = "Out: true when the job was delivered before, else absent.",
      javaType = "Boolean")
  public static final String DUPLICATE = "CamelVolcCvDuplicate";

  /**
   * Exchange property: the sinks ({@code Set<String>}) that have the job's pictures already, from
   * before a crash.
   */
  public static final String DELIVERED_TO = "CamelVolcCvDeliveredTo";

  /** Exchange property after a failure, as Camel's AI components set it. */
  public static final String ERROR_CATEGORY = "CamelAiErrorCategory";

  /** Exchange property after a failure: how long the service asks to wait, in milliseconds. */
  public static final String RETRY_AFTER_MILLIS = "CamelAiRetryAfterMillis";

  private VolcCvConstants() {}
}
