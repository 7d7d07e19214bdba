package io.volccv.component;

import io.volccv.client.CvClient;
import io.volccv.client.ModelCatalog;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Expression;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** Make pictures with the Volcengine visual API (CVProcess). */
@UriEndpoint(
    firstVersion = "1.0.0",
    scheme = "volccv",
    title = "Volcengine Visual",
    syntax = "volccv:operation",
    producerOnly = true,
    category = {Category.AI},
    headersClass = VolcCvConstants.class)
public class VolcCvEndpoint extends DefaultEndpoint
    implements AsyncEndpoint, EndpointServiceLocation {

  /**
   * What is called: generate what suits the model, process exactly CVProcess, submit, result and
   * cancel the single calls of a task; delivered tells the ledger that the sinks have the pictures.
   */
  @UriPath
  @Metadata(required = true)
  private final Operation operation;

  @UriParam private final VolcCvConfiguration configuration;

  public VolcCvEndpoint(
      String uri,
      VolcCvComponent component,
      Operation operation,
      VolcCvConfiguration configuration) {
    super(uri, component);
    this.operation = operation;
    this.configuration = configuration;
  }

  @Override
  public Producer createProducer() {
    return switch (operation) {
      case generate, process, submit, result, cancel -> new VolcCvProducer(this);
      case delivered -> new DeliveredProducer(this);
    };
  }

  @Override
  public Consumer createConsumer(Processor processor) {
    throw new UnsupportedOperationException("volccv: has no consumer; use it in to:");
  }

  @Override
  public VolcCvComponent getComponent() {
    return (VolcCvComponent) super.getComponent();
  }

  CvClient createClient() throws Exception {
    EndpointOptions options = new EndpointOptions(configuration, getCamelContext());
    return getComponent()
        .clients()
        .client(
            options.settings(getComponent().sslContext(configuration)),
            options.credentials(),
            getComponent().models(options.models()));
  }

  MessageReader createReader() {
    EndpointOptions options = new EndpointOptions(configuration, getCamelContext());
    ModelCatalog models = getComponent().models(options.models());
    String reqKey = options.reqKey();
    return new MessageReader(
        reqKey,
        models,
        options.params(models.get(reqKey)),
        new MessageParams(configuration.getMessageParams()),
        simple(configuration.getPrompt()),
        jobKey(),
        getComponent().clients().spool());
  }

  /** The option {@code jobKey}, null without one. */
  @Nullable Expression jobKey() {
    return simple(configuration.getJobKey());
  }

  /** The option {@code sink}, null without one. */
  @Nullable Expression sink() {
    return simple(configuration.getSink());
  }

  private @Nullable Expression simple(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    Expression expression = getCamelContext().resolveLanguage("simple").createExpression(text);
    expression.init(getCamelContext());
    return expression;
  }

  public Operation getOperation() {
    return operation;
  }

  public VolcCvConfiguration getConfiguration() {
    return configuration;
  }

  @Override
  public String getServiceUrl() {
    return configuration.getBaseUrl();
  }

  @Override
  public String getServiceProtocol() {
    return "http";
  }
}
