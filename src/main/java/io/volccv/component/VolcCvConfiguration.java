package io.volccv.component;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code volccv:} endpoint, and as defaults of the whole component: a bean, as
 * Camel wants it, which {@link EndpointOptions} freezes and checks when the endpoint starts.
 */
@UriParams
@Configurer(extended = true)
public class VolcCvConfiguration implements Cloneable {

  static final String VENDOR = "https://visual.volcengineapi.com/";

  /**
   * The vendor's req_key, which names the model. A message cannot change it unless messageParams
   * allows it.
   */
  @UriParam(label = "producer")
  private @Nullable String reqKey;

  /**
   * The prompt as a Simple expression. What the message brings wins. A literal prompt belongs in
   * the body, a header or a template: URI syntax eats plus and percent signs.
   */
  @UriParam(label = "producer")
  private @Nullable String prompt;

  /** The API with its path. https only, unless the host is this machine. */
  @UriParam(label = "producer", defaultValue = "https://visual.volcengineapi.com/")
  private String baseUrl = VENDOR;

  /** A gateway's key, sent as Bearer. Either this, or accessKeyId with secretAccessKey. */
  @UriParam(label = "security", secret = true)
  private @Nullable String apiKey;

  /** The access key's id; each call is signed. */
  @UriParam(label = "security", secret = true)
  private @Nullable String accessKeyId;

  /** The access key's secret, as the console shows it. */
  @UriParam(label = "security", secret = true)
  private @Nullable String secretAccessKey;

  /** The session token of a temporary access key. */
  @UriParam(label = "security", secret = true)
  private @Nullable String sessionToken;

  /** The region that is signed. */
  @UriParam(label = "security,advanced", defaultValue = "cn-north-1")
  private String region = "cn-north-1";

  /** The service that is signed. */
  @UriParam(label = "security,advanced", defaultValue = "cv")
  private String service = "cv";

  /** How long connecting may take, in milliseconds. */
  @UriParam(label = "producer", javaType = "java.time.Duration", defaultValue = "5000")
  private long connectTimeout = 5000;

  /**
   * How long the whole answer may take after the request has left, in milliseconds. A call that
   * takes longer is not known to be paid or not, so be generous.
   */
  @UriParam(label = "producer", javaType = "java.time.Duration", defaultValue = "120000")
  private long responseTimeout = 120000;

  /**
   * What the body is afterwards: image is a stream for one picture, or a List of CvImage; result is
   * the whole CvResult.
   */
  @UriParam(label = "producer", defaultValue = "image")
  private Output output = Output.image;

  /**
   * Whether results that come as URLs are fetched at once. The URLs die after 24 hours, of videos
   * after 1 hour.
   */
  @UriParam(label = "producer", defaultValue = "true")
  private boolean download = true;

  /** Whether a request is checked against the model data before money is spent. */
  @UriParam(label = "producer", defaultValue = "true")
  private boolean validate = true;

  /** The name under which a job is paid at most once, as a Simple expression. The header wins. */
  @UriParam(label = "producer")
  private @Nullable String jobKey;

  /**
   * What happens when the job was delivered before: skip ends the exchange well with an empty body,
   * result goes on with what is still kept, fail fails.
   */
  @UriParam(label = "producer", defaultValue = "skip")
  private OnDuplicate onDuplicate = OnDuplicate.skip;

  /**
   * How tasks are submitted, sync2async or native. By default as the model data says; with this,
   * generate submits tasks also for models that are not known to have them.
   */
  @UriParam(label = "producer", enums = "sync2async,native")
  private @Nullable String pair;

  /** How long between two queries for a task's result, in milliseconds; 0 chooses by the model. */
  @UriParam(label = "producer", javaType = "java.time.Duration", defaultValue = "0")
  private long pollInterval = 0;

  /**
   * How long an exchange waits for its task, in milliseconds; 0 waits as long as the task lives.
   * The task is not given up then: whoever asks for the job again goes on waiting.
   */
  @UriParam(label = "producer", javaType = "java.time.Duration", defaultValue = "0")
  private long pollTimeout = 0;

  /**
   * For delivered: the one sink that has the pictures, as a Simple expression. Without it, all
   * sinks have them.
   */
  @UriParam(label = "producer")
  private @Nullable String sink;

  /** A JSON file of further models, or of better data for known ones: file:NAME. */
  @UriParam(label = "producer,advanced")
  private @Nullable String models;

  /**
   * Which parameters a message may set, comma separated. By default all but req_key, callback_url,
   * return_url, force_single, logo_info and aigc_meta, which cost money or mark pictures.
   */
  @UriParam(label = "producer,security")
  private @Nullable String messageParams;

  /** How long an answer, and each fetched result, may be, in bytes. */
  @UriParam(label = "producer,advanced", defaultValue = "536870912")
  private long maxReplyBytes = 536870912;

  /**
   * API parameters with their JSON types: file:NAME of a YAML or JSON file, or a Map bean
   * (#bean:name).
   */
  @UriParam(label = "producer")
  private @Nullable Object params;

  /** An HTTP proxy's host. */
  @UriParam(label = "proxy")
  private @Nullable String proxyHost;

  /** An HTTP proxy's port. */
  @UriParam(label = "proxy")
  private int proxyPort = 0;

  /** Keys and trust for TLS. */
  @UriParam(label = "security")
  private @Nullable SSLContextParameters sslContextParameters;

  /** Scalar API parameters: param.scale=3. Their JSON types come from the model data. */
  @UriParam(label = "producer", prefix = "param.", multiValue = true)
  private Map<String, Object> param = new LinkedHashMap<>();

  /** A copy that an endpoint may change. */
  public VolcCvConfiguration copy() {
    try {
      VolcCvConfiguration copy = (VolcCvConfiguration) clone();
      copy.param = new LinkedHashMap<>(param);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new RuntimeCamelException(e);
    }
  }

  public @Nullable String getReqKey() {
    return reqKey;
  }

  public void setReqKey(@Nullable String reqKey) {
    this.reqKey = reqKey;
  }

  public @Nullable String getPrompt() {
    return prompt;
  }

  public void setPrompt(@Nullable String prompt) {
    this.prompt = prompt;
  }

  public String getBaseUrl() {
    return baseUrl;
  }

  public void setBaseUrl(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  public @Nullable String getApiKey() {
    return apiKey;
  }

  public void setApiKey(@Nullable String apiKey) {
    this.apiKey = apiKey;
  }

  public @Nullable String getAccessKeyId() {
    return accessKeyId;
  }

  public void setAccessKeyId(@Nullable String accessKeyId) {
    this.accessKeyId = accessKeyId;
  }

  public @Nullable String getSecretAccessKey() {
    return secretAccessKey;
  }

  public void setSecretAccessKey(@Nullable String secretAccessKey) {
    this.secretAccessKey = secretAccessKey;
  }

  public @Nullable String getSessionToken() {
    return sessionToken;
  }

  public void setSessionToken(@Nullable String sessionToken) {
    this.sessionToken = sessionToken;
  }

  public String getRegion() {
    return region;
  }

  public void setRegion(String region) {
    this.region = region;
  }

  public String getService() {
    return service;
  }

  public void setService(String service) {
    this.service = service;
  }

  public long getConnectTimeout() {
    return connectTimeout;
  }

  public void setConnectTimeout(long connectTimeout) {
    this.connectTimeout = connectTimeout;
  }

  public long getResponseTimeout() {
    return responseTimeout;
  }

  public void setResponseTimeout(long responseTimeout) {
    this.responseTimeout = responseTimeout;
  }

  public Output getOutput() {
    return output;
  }

  public void setOutput(Output output) {
    this.output = output;
  }

  public boolean isDownload() {
    return download;
  }

  public void setDownload(boolean download) {
    this.download = download;
  }

  public boolean isValidate() {
    return validate;
  }

  public void setValidate(boolean validate) {
    this.validate = validate;
  }

  public @Nullable String getJobKey() {
    return jobKey;
  }

  public void setJobKey(@Nullable String jobKey) {
    this.jobKey = jobKey;
  }

  public OnDuplicate getOnDuplicate() {
    return onDuplicate;
  }

  public void setOnDuplicate(OnDuplicate onDuplicate) {
    this.onDuplicate = onDuplicate;
  }

  public @Nullable String getPair() {
    return pair;
  }

  public void setPair(@Nullable String pair) {
    this.pair = pair;
  }

  public long getPollInterval() {
    return pollInterval;
  }

  public void setPollInterval(long pollInterval) {
    this.pollInterval = pollInterval;
  }

  public long getPollTimeout() {
    return pollTimeout;
  }

  public void setPollTimeout(long pollTimeout) {
    this.pollTimeout = pollTimeout;
  }

  public @Nullable String getSink() {
    return sink;
  }

  public void setSink(@Nullable String sink) {
    this.sink = sink;
  }

  public @Nullable String getModels() {
    return models;
  }

  public void setModels(@Nullable String models) {
    this.models = models;
  }

  public @Nullable String getMessageParams() {
    return messageParams;
  }

  public void setMessageParams(@Nullable String messageParams) {
    this.messageParams = messageParams;
  }

  public long getMaxReplyBytes() {
    return maxReplyBytes;
  }

  public void setMaxReplyBytes(long maxReplyBytes) {
    this.maxReplyBytes = maxReplyBytes;
  }

  public @Nullable Object getParams() {
    return params;
  }

  public void setParams(@Nullable Object params) {
    this.params = params;
  }

  public @Nullable String getProxyHost() {
    return proxyHost;
  }

  public void setProxyHost(@Nullable String proxyHost) {
    this.proxyHost = proxyHost;
  }

  public int getProxyPort() {
    return proxyPort;
  }

  public void setProxyPort(int proxyPort) {
    this.proxyPort = proxyPort;
  }

  public @Nullable SSLContextParameters getSslContextParameters() {
    return sslContextParameters;
  }

  public void setSslContextParameters(@Nullable SSLContextParameters sslContextParameters) {
    this.sslContextParameters = sslContextParameters;
  }

  public Map<String, Object> getParam() {
    return param;
  }

  public void setParam(Map<String, Object> param) {
    this.param = param;
  }
}
