package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * An offline stand-in for the vendor's visual API on a loopback port: both doors, signatures,
 * quota, tasks, errors, result URLs that die, faults on request, and a bill of its own.
 *
 * <pre>{@code
 * try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0))) {
 *   // POST sandbox.gateway() + "?Action=CVProcess&Version=2022-08-31", Authorization: Bearer sandbox-key
 * }
 * }</pre>
 */
public final class Sandbox implements AutoCloseable {
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final SandboxOptions options;
  private final List<Fault> firstFaults;
  private final BillBook bill;
  private final FaultBook faults = new FaultBook();
  private final RequestLog requests = new RequestLog();
  private final Limits limits;
  private final FileStore files;
  private final Tasks tasks;
  private final ExecutorService painters = Threads.painters();
  private final ScheduledExecutorService scheduler = Threads.scheduler();
  private final Server server;
  private final ServerConnector connector;

  private Sandbox(SandboxOptions options, Random random) throws IOException {
    this.options = options;
    firstFaults = options.faults() == null ? List.of() : faultsIn(options.faults());
    faults.set(firstFaults);
    bill = new BillBook(options.state());
    limits = new Limits(options.rate(), options.concurrency(), System::nanoTime);
    Ids ids = new Ids(options.clock(), random);
    files = files(ids);
    QueuedThreadPool threads = Threads.http();
    server = new Server(threads);
    connector = connector(server);
    Signature signature =
        new Signature(options.accessKeyId(), options.secretAccessKey(), options.clock());
    Inputs inputs = new Inputs(files, Service.PICTURE_LIMIT);
    Studio studio = new Studio(inputs, ids, random, options.reqKeys(), options.pictures());
    Workers workers = new Workers(painters, threads, scheduler);
    Callbacks callbacks = new Callbacks(ids, options.clock(), workers);
    tasks = new Tasks(bill, limits, studio, taskFiles(), files, callbacks, workers, options);
    List<ApiAction> actions =
        List.of(
            new CvProcess(studio, files),
            new SubmitTask(TaskPair.SYNC2ASYNC, studio, tasks, ids, random),
            new TaskResult(TaskPair.SYNC2ASYNC, tasks),
            new SubmitTask(TaskPair.NATIVE, studio, tasks, ids, random),
            new TaskResult(TaskPair.NATIVE, tasks),
            new CancelTask(tasks));
    Gate gate = new Gate(options.apiKey(), signature, actions);
    Service service =
        new Service(
            gate,
            bill,
            faults,
            limits,
            requests,
            options.latency(),
            ids,
            options.clock(),
            random,
            tasks,
            workers);
    server.setHandler(
        new Doors(new ApiDoor(service), new FilesDoor(files, scheduler), new AdminDoor(this)));
  }

  private FileStore files(Ids ids) throws IOException {
    try {
      return new FileStore(
          beside(".files"),
          options.urlTtl(),
          options.secretAccessKey(),
          options.clock(),
          ids,
          () -> uri().toString());
    } catch (IOException e) {
      bill.close();
      throw e;
    }
  }

  private TaskFiles taskFiles() throws IOException {
    try {
      return new TaskFiles(beside(".tasks"));
    } catch (IOException e) {
      files.close();
      bill.close();
      throw e;
    }
  }

  /** A folder beside the state file, or null when there is none. */
  private @Nullable Path beside(String suffix) {
    Path state = options.state();
    return state == null ? null : state.resolveSibling(state.getFileName() + suffix);
  }

  /**
   * Starts a sandbox.
   *
   * @throws IllegalArgumentException when the host is not loopback or the faults file is wrong
   * @throws UncheckedIOException when the port is taken or a file can't be used
   */
  public static Sandbox start(SandboxOptions options) {
    return start(options, new Random());
  }

  static Sandbox start(SandboxOptions options, Random random) {
    requireLoopback(options.host());
    try {
      Sandbox sandbox = new Sandbox(options, random);
      try {
        sandbox.tasks.load();
        sandbox.server.start();
        sandbox.tasks.resume();
        return sandbox;
      } catch (Exception e) {
        sandbox.close();
        throw new IOException(
            "the sandbox can't listen on " + options.host() + ":" + options.port() + ": " + e, e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code http://127.0.0.1:PORT}; with path {@code /} the door that checks signatures. */
  public URI uri() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create("http://" + host + ":" + connector.getLocalPort());
  }

  /** The door that takes a Bearer key. */
  public URI gateway() {
    return URI.create(uri() + Door.GATEWAY.path());
  }

  public SandboxOptions options() {
    return options;
  }

  public Bill bill() {
    return bill.bill();
  }

  /** The last 100 requests, oldest first: {@code n, time, door, action, version, headers, body}. */
  public List<JsonNode> requests() {
    return requests.requests();
  }

  public List<Fault> faults() {
    return faults.faults();
  }

  /** Replaces all faults; how often each happened counts from here. */
  public void faults(List<Fault> newFaults) {
    faults.set(newFaults);
  }

  /**
   * Paid calls per second, and calls and unfinished tasks at a time; null for no limit. Queries for
   * tasks have their usual rate.
   */
  public void limits(@Nullable Double rate, @Nullable Integer concurrency) {
    limits(rate, concurrency, Limits.QUERY_RATE);
  }

  /** The same, with the queries for tasks per second. */
  public void limits(
      @Nullable Double rate, @Nullable Integer concurrency, @Nullable Double queryRate) {
    limits.set(rate, concurrency, queryRate);
  }

  /** As if just started: no calls, no results, and the faults and limits of the options. */
  public void reset() {
    tasks.reset();
    requests.clear();
    files.clear();
    faults.set(firstFaults);
    limits(options.rate(), options.concurrency());
  }

  /** Stops at once; calls and tasks that are worked on are neither answered nor billed. */
  @Override
  public void close() {
    try {
      hangUp();
      bill.close();
      server.stop();
      Threads.stop(scheduler);
      Threads.stop(painters);
      files.close();
      tasks.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the sandbox stopped", e);
    } catch (Exception e) {
      throw new IllegalStateException("the sandbox can't be stopped: " + e, e);
    }
  }

  /**
   * Ends all connections as if the clients had left. Jetty, which would close them while it stops,
   * fails an answer that is being written twice, and logs the second time with a stack trace.
   */
  private void hangUp() {
    connector.close();
    connector.getConnectedEndPoints().forEach(EndPoint::close);
  }

  Iterator<byte[]> billJson(boolean withCalls) {
    return bill.json(withCalls);
  }

  void write(Request request, Response response, Callback callback, Reply reply) {
    new ReplyWriter(request, response, callback, reply, Pace.USUAL, scheduler).write();
  }

  private ServerConnector connector(Server server) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setUseInputDirectByteBuffers(false);
    HttpConnectionFactory factory = new HttpConnectionFactory(http);
    factory.setInputBufferSize(64 * 1024);
    ServerConnector serverConnector = new ServerConnector(server, factory);
    serverConnector.setHost(options.host());
    serverConnector.setPort(options.port());
    serverConnector.setIdleTimeout(IDLE.toMillis());
    serverConnector.setAcceptQueueSize(4096);
    server.addConnector(serverConnector);
    return serverConnector;
  }

  private static void requireLoopback(String host) {
    try {
      if (InetAddress.getByName(host).isLoopbackAddress()) {
        return;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("host '" + host + "' is not known; write 127.0.0.1", e);
    }
    throw new IllegalArgumentException(
        "host '" + host + "' is not loopback; the sandbox has public keys, write 127.0.0.1");
  }

  private static List<Fault> faultsIn(Path file) throws IOException {
    return Fault.parse(Json.parse(Files.readAllBytes(file)));
  }

  /** Which path is whose. */
  private static final class Doors extends Handler.Abstract {
    private final ApiDoor api;
    private final FilesDoor results;
    private final AdminDoor admin;

    Doors(ApiDoor api, FilesDoor results, AdminDoor admin) {
      this.api = api;
      this.results = results;
      this.admin = admin;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String path = request.getHttpURI().getPath();
      if (path.startsWith(FileStore.PATH)) {
        results.handle(request, response, callback);
      } else if (AdminDoor.owns(path)) {
        admin.handle(request, response, callback);
      } else {
        Optional<Door> door = Door.at(path);
        door.ifPresent(d -> api.handle(d, request, response, callback));
        return door.isPresent();
      }
      return true;
    }
  }
}
