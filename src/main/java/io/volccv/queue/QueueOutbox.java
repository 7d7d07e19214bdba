package io.volccv.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.files.Output;
import io.volccv.files.Outputs;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.jms.JmsConstants;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends results: to where the sender of a job wants its reply, else to a queue of results.
 *
 * <p><b>Body in</b>: the outputs ({@link Outputs#name}). <b>Messages</b>: with {@code
 * content=picture} bytes for each output, in their order; with {@code content=place} one text,
 * {@code {"outputs": [{"name", "places", "provenance"}]}}. Each has the correlation id of the job's
 * message and a {@value #DUPLICATE} of its own, by which Artemis drops it when it comes again.
 */
public final class QueueOutbox {

  /** What Artemis knows a message by that is sent twice; to other brokers it says nothing. */
  static final String DUPLICATE = "_AMQ_DUPL_ID";

  private static final Logger LOG = LoggerFactory.getLogger(QueueOutbox.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private String to = "direct:queue-send";
  private String results = "volccv.results";
  private boolean pictures = true;

  /** The endpoint that each message is handed to, {@code direct:queue-send} when not set. */
  public void setTo(String endpoint) {
    this.to = endpoint;
  }

  /** The queue of results that nobody waits for. */
  public void setResults(String queue) {
    this.results = queue;
  }

  /** {@code picture} to send the pictures, {@code place} to say where they are. */
  public void setContent(String content) {
    if (!List.of("picture", "place").contains(content)) {
      throw new IllegalArgumentException(
          "queue.content: '" + content + "' is not known; write picture or place");
    }
    this.pictures = content.equals("picture");
  }

  /**
   * Sends the outputs in the body.
   *
   * @throws Exception why the broker did not take them
   */
  public void send(Exchange exchange) throws Exception {
    List<Output> outputs = new ArrayList<>();
    for (Object output : exchange.getMessage().getBody(List.class)) {
      outputs.add((Output) output);
    }
    QueueInput input = QueueInput.of(exchange);
    Destination replyTo = input == null ? null : input.replyTo();
    try {
      send(exchange, outputs, input, replyTo);
    } catch (InvalidDestinationException e) {
      if (replyTo == null) {
        throw e;
      }
      // Paid, and nobody there who wants it: kept where somebody may look for it.
      LOG.warn("Nobody waits any more for the reply to {}", input.correlationId());
      send(exchange, outputs, input, null);
    }
    if (input != null) {
      input.replied();
    }
  }

  private void send(
      Exchange exchange,
      List<Output> outputs,
      @Nullable QueueInput input,
      @Nullable Destination replyTo)
      throws Exception {
    try (ProducerTemplate template = exchange.getContext().createProducerTemplate()) {
      if (!pictures) {
        JsonNode first = JSON.readTree(outputs.get(0).provenance());
        Exchange one = message(exchange, input, replyTo, first, 0);
        one.getMessage().setBody(places(exchange, outputs));
        send(template, one);
        return;
      }
      for (int i = 0; i < outputs.size(); i++) {
        Output output = outputs.get(i);
        JsonNode provenance = JSON.readTree(output.provenance());
        Exchange one = message(exchange, input, replyTo, provenance, i + 1);
        Message message = one.getMessage();
        try (InputStream in = output.image().stream()) {
          message.setBody(in.readAllBytes());
        }
        message.setHeader("volccvName", output.name());
        message.setHeader("volccvMediaType", output.image().mediaType());
        message.setHeader("volccvNumber", i + 1);
        message.setHeader("volccvCount", outputs.size());
        message.setHeader(
            "volccvProvenance", new String(output.provenance(), StandardCharsets.UTF_8));
        send(template, one);
      }
    }
  }

  private void send(ProducerTemplate template, Exchange message) throws Exception {
    template.send(to, message);
    for (Throwable t = message.getException(); t != null; t = t.getCause()) {
      if (t instanceof InvalidDestinationException gone) {
        throw gone; // Spring wraps it
      }
    }
    if (message.getException() != null) {
      throw message.getException();
    }
  }

  /** A message of its own: no header of the job goes along. */
  private Exchange message(
      Exchange job,
      @Nullable QueueInput input,
      @Nullable Destination replyTo,
      JsonNode provenance,
      int number)
      throws JMSException {
    Exchange exchange = new DefaultExchange(job.getContext());
    Message message = exchange.getMessage();
    if (replyTo == null) {
      message.setHeader(JmsConstants.JMS_DESTINATION_NAME, results);
    } else {
      message.setHeader(JmsConstants.JMS_DESTINATION, replyTo);
    }
    if (input != null) {
      message.setHeader(JmsConstants.JMS_HEADER_CORRELATION_ID, input.correlationId());
    }
    String key = provenance.path("jobKey").asText();
    message.setHeader(DeadLetter.OUTCOME, "done");
    message.setHeader("volccvJobKey", key);
    // With the request: the same job may be made again, with another picture. And with who asked:
    // two may wait for the same job.
    String asker = replyTo == null ? "" : "/" + QueueJobs.id(input.message());
    message.setHeader(
        DUPLICATE, key + "/" + provenance.path("requestId").asText() + "/" + number + asker);
    return exchange;
  }

  private static String places(Exchange exchange, List<Output> outputs) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode list = root.putArray("outputs");
    for (int i = 0; i < outputs.size(); i++) {
      Output output = outputs.get(i);
      ObjectNode one = list.addObject().put("name", output.name());
      ArrayNode places = one.putArray("places");
      for (Path place : Outputs.places(exchange, i)) {
        places.add(place.toString());
      }
      one.set("provenance", JSON.readTree(output.provenance()));
    }
    return root.toString();
  }
}
