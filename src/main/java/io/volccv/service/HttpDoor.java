package io.volccv.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.CvException;
import io.volccv.files.JobListener;
import io.volccv.files.JobReader;
import io.volccv.files.JobRules;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.StartupListener;
import org.apache.camel.support.LifecycleStrategySupport;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of jobs: an HTTP server for {@code POST /jobs}. It sends each job to a route, which puts
 * it into the queue; nothing of the request but the job gets there, in particular no header. It
 * listens when all routes have started, and stops before they do. A bean of type {@link JobRules}
 * says what jobs may choose.
 */
public final class HttpDoor implements CamelContextAware, StartupListener, JobListener {
  private static final Logger LOG = LoggerFactory.getLogger(HttpDoor.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String UPLOADS = "http";

  private final JobReader reader = new JobReader("http", "variants");
  private String host = "127.0.0.1";
  private int port = 9181;
  private String token = "";
  private String certificate = "";
  private String privateKey = "";
  private long maxBytes = 50_000_000;
  private double rate = 50;
  private Duration keep = Duration.ofHours(24);
  private Path folder = Path.of("data/http");
  private Path pictures = Path.of("data/pictures");
  private String to = "direct:http-job";
  private long graceMillis = 20_000;
  private long bytesPerSecond = 1_000;
  private @Nullable JobStates states;
  private @Nullable CamelContext context;
  private @Nullable Server server;
  private @Nullable ServerConnector connector;
  private @Nullable ScheduledExecutorService clock;
  private @Nullable Waiting waiting;

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
    try {
      context.addStartupListener(this);
    } catch (Exception e) {
      throw new IllegalStateException("the context takes no listener", e);
    }
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext stopping) {
            stop();
          }
        });
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** Where it listens; {@code 127.0.0.1} when not set. */
  public void setHost(String host) {
    this.host = host;
  }

  /** {@code 9181} when not set; 0 for a free one. */
  public void setPort(int port) {
    this.port = port;
  }

  /** What clients have to send as {@code Authorization: Bearer}; empty for none. */
  public void setToken(String token) {
    this.token = token;
  }

  /** A file in PEM; with it the door is HTTPS. */
  public void setCertificate(String file) {
    this.certificate = file;
  }

  /** Of the certificate, in PEM. */
  public void setPrivateKey(String file) {
    this.privateKey = file;
  }

  /** The largest request, {@code 50000000} bytes when not set. */
  public void setMaxBytes(long bytes) {
    this.maxBytes = bytes;
  }

  /** Jobs per second, {@code 50} when not set. */
  public void setRate(double perSecond) {
    this.rate = perSecond;
  }

  /** How long the result of a job is kept, in milliseconds; a day when not set. */
  public void setKeepMillis(long millis) {
    this.keep = Duration.ofMillis(millis);
  }

  /** Where it is remembered how jobs stand. */
  public void setFolder(String folder) {
    this.folder = Path.of(folder).toAbsolutePath();
  }

  /** The root of the files that jobs name; uploads are put into {@code http} below it. */
  public void setPictures(String root) {
    this.pictures = Path.of(root).toAbsolutePath();
  }

  /** The route that queues a job; {@code direct:http-job} when not set. */
  public void setTo(String endpoint) {
    this.to = endpoint;
  }

  /** How long any client may take for a request or an answer, whatever it sends. */
  public void setGraceMillis(long millis) {
    this.graceMillis = millis;
  }

  /** What a client has to send or take after that, on average. */
  public void setBytesPerSecond(long bytes) {
    this.bytesPerSecond = bytes;
  }

  /**
   * Who knows how far a job is; when not set the only bean of that type, and without one a job is
   * queued until it has ended.
   */
  public void setStates(JobStates states) {
    this.states = states;
  }

  /** Where it listens. */
  public URI uri() {
    ServerConnector listening = connector;
    if (listening == null) {
      throw new IllegalStateException("the door is closed");
    }
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return URI.create(
        (certificate.isEmpty() ? "http://" : "https://") + shown + ":" + listening.getLocalPort());
  }

  /** {@inheritDoc} */
  @Override
  public void onCamelContextStarted(CamelContext started, boolean alreadyStarted) {
    // Not yet: routes start after this.
  }

  /**
   * Opens the door.
   *
   * @throws IllegalArgumentException when it cannot, for the configuration
   */
  @Override
  public void onCamelContextFullyStarted(CamelContext started, boolean alreadyStarted)
      throws Exception {
    if (!Boolean.TRUE.equals(started.isAutoStartup())) {
      return; // a rehearsal: no source takes anything
    }
    if (server != null || !started.getRegistry().findByType(HttpDoor.class).contains(this)) {
      return; // beans of YAML are made twice, and one of them is used
    }
    JobStore store = new JobStore(folder);
    Path uploads = pictures.resolve(UPLOADS);
    Disk.make(uploads);
    JobHandler.removeIncoming(uploads);
    Waiting clients = new Waiting(store);
    waiting = clients;
    SlowClients slow = new SlowClients(graceMillis, bytesPerSecond, System::nanoTime);
    ProducerTemplate producer = started.createProducerTemplate();
    QueuedThreadPool threads = new QueuedThreadPool(100, 4);
    threads.setName("volccv-http");
    Server made = new Server(threads);
    ServerConnector door = connector(made);
    door.addBean(slow);
    made.addConnector(door);
    made.addBean(new NetworkConnectionLimit(1000, made));
    made.setHandler(
        new JobHandler(
            new JobHandler.Parts(
                new Access(token),
                new RateLimit(rate, System::nanoTime),
                new RequestReader(reader, maxBytes),
                reader,
                started.getRegistry().findSingleByType(JobRules.class),
                store,
                states == null ? started.getRegistry().findSingleByType(JobStates.class) : states,
                uploads,
                UPLOADS,
                clients,
                slow,
                (json, priority) -> put(producer, json, priority),
                OpenApi.document())));
    made.setErrorHandler(JobHandler::refuse);
    try {
      made.start();
    } catch (IOException e) {
      made.stop();
      throw new IllegalArgumentException(
          "http.port: "
              + host
              + ":"
              + port
              + " cannot be listened on ("
              + (e.getCause() == null ? e : e.getCause()).getMessage()
              + "); write another http.port or http.host",
          e);
    }
    server = made;
    connector = door;
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "volccv-http-store");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(clients::look, 500, 500, TimeUnit.MILLISECONDS);
    clock.scheduleWithFixedDelay(() -> sweep(store, uploads), 0, 10, TimeUnit.MINUTES);
  }

  private void sweep(JobStore store, Path uploads) {
    try {
      store.sweep(keep, uploads);
    } catch (IOException e) {
      LOG.warn("Old jobs in {} cannot be removed: {}", folder, e.toString());
    }
  }

  private void put(ProducerTemplate producer, String json, int priority) throws Exception {
    Exchange sent =
        producer.send(
            to,
            exchange -> {
              exchange.getMessage().setBody(json);
              exchange.getMessage().setHeader("JMSPriority", priority);
            });
    if (sent.getException() != null) {
      throw sent.getException();
    }
  }

  private ServerConnector connector(Server made) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(16 * 1024);
    http.setUseInputDirectByteBuffers(false);
    HttpConnectionFactory plain = new HttpConnectionFactory(http);
    ServerConnector door;
    if (certificate.isEmpty()) {
      door = new ServerConnector(made, 1, 1, plain);
    } else {
      http.addCustomizer(new SecureRequestCustomizer(false));
      door =
          new ServerConnector(
              made,
              1,
              1,
              new SslConnectionFactory(
                  ServerCertificate.tls(Path.of(certificate), Path.of(privateKey)), "http/1.1"),
              plain);
    }
    door.setHost(host);
    door.setPort(port);
    door.setIdleTimeout(30_000);
    return door;
  }

  /** Takes no more requests, and ends those that wait. */
  private void stop() {
    Server open = server;
    if (open == null) {
      return;
    }
    server = null;
    clock.shutdownNow();
    waiting.stop();
    try {
      open.stop();
    } catch (Exception e) {
      LOG.warn("The HTTP server does not stop: {}", e.toString());
    }
  }

  @Override
  public void started(Job job) {
    // Nobody is told of that: until it has ended, the ledger says how far it is.
  }

  /** Remembers how a job of a client ended, and tells those who wait for it. */
  @Override
  public void ended(
      Job job,
      Job.Outcome outcome,
      @Nullable CvResult result,
      List<Path> written,
      @Nullable Throwable reason) {
    String id = job.choices().jobKey();
    Waiting clients = waiting;
    if (id == null || !JobIds.isId(id)) {
      return;
    }
    try {
      JobStore store = new JobStore(folder);
      if (outcome == Job.Outcome.DONE) {
        store.done(id);
      } else {
        store.failed(id, outcome.name().toLowerCase(Locale.ROOT), error(reason));
      }
    } catch (IOException e) {
      LOG.warn("The end of a job cannot be remembered: {}", e.toString());
    }
    if (clients != null) {
      clients.ended(id);
    }
  }

  /** What a client may know: of failures that are no answer of the service, only that they were. */
  private static ObjectNode error(@Nullable Throwable reason) {
    ObjectNode error = JSON.createObjectNode();
    if (reason instanceof CvException known) {
      error.put("type", known.getClass().getSimpleName());
      error.put("code", known.getCode());
      error.put("message", known.getMessage());
      error.put("hint", known.getHint());
      error.put("billed", known.getBilled());
    } else {
      error.put("type", "Failure");
      error.put("message", "the job failed; the log of the service says why");
    }
    return error;
  }
}
