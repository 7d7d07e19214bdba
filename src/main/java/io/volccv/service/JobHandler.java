package io.volccv.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.InvalidRequestException;
import io.volccv.files.JobReader;
import io.volccv.files.JobRules;
import io.volccv.model.Job;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests. A job is known and in the queue before it is answered with 202; whoever gets no
 * answer sends the same request with the same Idempotency-Key again, and it is the same job.
 */
final class JobHandler extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(JobHandler.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern JOB = Pattern.compile("/jobs/([^/]+)(?:/pictures/(\\d{1,3}))?");
  private static final int MAX_WAIT = 300;
  private static final long SMALL_BODY = 64 * 1024;

  /** Puts a job into the queue. */
  @FunctionalInterface
  interface Outlet {
    /**
     * Puts it there for good.
     *
     * @throws Exception when it is not known to be there
     */
    void put(String json, int priority) throws Exception;
  }

  /**
   * What the handler works with.
   *
   * @param uploads where pictures are put, below the root that all jobs share
   * @param uploadsName what that is called in a job
   */
  record Parts(
      Access access,
      RateLimit rate,
      RequestReader requests,
      JobReader reader,
      @Nullable JobRules rules,
      JobStore store,
      @Nullable JobStates states,
      Path uploads,
      String uploadsName,
      Waiting waiting,
      SlowClients slow,
      Outlet queue,
      byte[] openApi) {}

  private final Parts parts;
  private final ReentrantLock[] locks = new ReentrantLock[64];

  JobHandler(Parts parts) {
    this.parts = parts;
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    var connection = request.getConnectionMetaData().getConnection();
    Callback done =
        Callback.from(
            () -> {
              parts.slow().moves(connection);
              callback.succeeded();
            },
            callback::failed);
    try {
      answer(request, response, done);
    } catch (Exception e) {
      fail(request, response, done, e);
    }
    return true;
  }

  private void answer(Request request, Response response, Callback done)
      throws IOException, Problem {
    String path = request.getHttpURI().getCanonicalPath();
    String method = request.getMethod();
    if (path.equals("/openapi.json")) {
      require(method, "GET");
      send(response, done, 200, "application/json", parts.openApi());
      return;
    }
    parts.access().check(request);
    if (path.equals("/jobs")) {
      require(method, "POST");
      post(request, response, done);
      return;
    }
    Matcher job = JOB.matcher(path);
    if (!job.matches() || !JobIds.isId(job.group(1))) {
      throw new Problem(404, "there is /jobs, /jobs/{id}, /jobs/{id}/pictures/{n}, /openapi.json");
    }
    require(method, "GET");
    String id = job.group(1);
    if (parts.store().created(id) == null && parts.store().end(id) == null) {
      throw new Problem(404, "there is no such job, or it ended too long ago (http.keep)");
    }
    after(
        wait(request),
        id,
        request,
        response,
        done,
        () -> {
          if (job.group(2) == null) {
            state(id, 200, response, done);
          } else {
            picture(id, Integer.parseInt(job.group(2)), response, done);
          }
        });
  }

  private static void require(String method, String wanted) throws Problem {
    if (!method.equals(wanted)) {
      throw new Problem(405, "only " + wanted + " is possible here");
    }
  }

  private static Duration wait(Request request) throws Problem {
    String text;
    try {
      Fields query = Request.extractQueryParameters(request);
      text = query.getValue("wait");
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Problem(400, "the query cannot be read", e);
    }
    if (text == null) {
      return Duration.ZERO;
    }
    if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > MAX_WAIT) {
      throw new Problem(400, "wait is in seconds, 0 to " + MAX_WAIT);
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }

  private void post(Request request, Response response, Callback done) throws IOException, Problem {
    if (!parts.rate().pass()) {
      throw new Problem(429, "too many jobs per second (http.rate)", 1, null);
    }
    Duration wait = wait(request);
    String key = request.getHeaders().get("Idempotency-Key");
    if (key != null && !JobIds.isId(key)) {
      throw new Problem(400, "Idempotency-Key is 1 to 128 of A-Z a-z 0-9 . _ : -");
    }
    Path incoming = parts.uploads().resolve(".incoming-" + JobIds.next());
    Files.createDirectories(incoming);
    String id;
    try {
      JobRequest asked = parts.requests().read(request, incoming);
      id = id(asked, key);
      accept(id, asked);
    } finally {
      Disk.delete(incoming);
    }
    after(
        wait,
        id,
        request,
        response,
        done,
        () -> {
          JobStore.End end = wait.isZero() ? null : parts.store().end(id);
          if (end == null) {
            state(id, 202, response, done);
          } else if (end.error() != null) {
            state(
                id,
                end.outcome().equals("invalid") || end.outcome().equals("rejected") ? 422 : 502,
                response,
                done);
          } else if (end.pictures().isEmpty()) {
            state(id, 200, response, done);
          } else {
            response.getHeaders().put(HttpHeader.LOCATION, "/jobs/" + id);
            picture(id, 1, response, done);
          }
        });
  }

  private static String id(JobRequest asked, @Nullable String header) throws Problem {
    Object own = asked.values().get("jobKey");
    if (header != null && own != null && !header.equals(own)) {
      throw new Problem(400, "Idempotency-Key and jobKey are two keys; send one");
    }
    String id = header != null ? header : own instanceof String text ? text : JobIds.next();
    if (!JobIds.isId(id)) {
      throw new Problem(400, "jobKey is 1 to 128 of A-Z a-z 0-9 . _ : -");
    }
    return id;
  }

  /** Makes the job known, and puts it into the queue; once, however often it is asked for. */
  private void accept(String id, JobRequest asked) throws IOException, Problem {
    String folder = JobIds.folder(id);
    String json = asked.json(id, parts.uploadsName() + "/" + folder);
    int priority = check(id, json);
    ReentrantLock lock = locks[Math.floorMod(id.hashCode(), locks.length)];
    lock.lock();
    try {
      String fingerprint = asked.fingerprint();
      if (!parts.store().open(id, fingerprint).equals(fingerprint)) {
        throw new Problem(422, "another request had this Idempotency-Key; send another key");
      }
      JobStore.End end = parts.store().end(id);
      if (parts.store().isQueued(id) && (end == null || end.error() == null)) {
        return;
      }
      Path uploads = parts.uploads().resolve(folder);
      if (!asked.uploads().isEmpty()) {
        // Nothing is missing meanwhile: the queue may have the job although it did not say so, and
        // the job be reading its pictures.
        Disk.moveAll(asked.uploads().values(), uploads);
      }
      parts.store().again(id);
      parts.queue().put(json, priority);
      parts.store().queued(id);
    } catch (IOException | Problem e) {
      throw e;
    } catch (Exception e) {
      LOG.warn("A job cannot be queued: {}", e.toString());
      throw new Problem(503, "the queue does not answer; send the same request again", 5, e);
    } finally {
      lock.unlock();
    }
  }

  private int check(String id, String json) throws Problem {
    try {
      Job job = parts.reader().json(id, json);
      if (parts.rules() != null) {
        parts.rules().check(job);
      }
      Integer priority = job.choices().priority();
      return priority == null ? 4 : priority;
    } catch (InvalidRequestException e) {
      throw new Problem(400, String.valueOf(e.getMessage()), e);
    }
  }

  private interface Answer {
    void send() throws IOException, Problem;
  }

  /** Answers when the job has ended, or the time is over; without a thread meanwhile. */
  private void after(
      Duration time, String id, Request request, Response response, Callback done, Answer answer)
      throws IOException, Problem {
    if (time.isZero() || parts.store().end(id) != null) {
      answer.send();
      return;
    }
    parts.slow().works(request.getConnectionMetaData().getConnection());
    request.addIdleTimeoutListener(idle -> false);
    Executor threads = request.getComponents().getExecutor();
    var unused =
        parts
            .waiting()
            .until(id, time)
            .whenCompleteAsync(
                (nothing, failure) -> {
                  parts.slow().moves(request.getConnectionMetaData().getConnection());
                  try {
                    answer.send();
                  } catch (Exception e) {
                    fail(request, response, done, e);
                  }
                },
                threads);
  }

  private void state(String id, int status, Response response, Callback done) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    Instant created = parts.store().created(id);
    JobStore.End end = parts.store().end(id);
    json.put("id", id);
    json.put("state", end == null ? running(id) : end.outcome());
    json.put("created", created == null ? null : created.toString());
    ArrayNode pictures = json.putArray("pictures");
    if (end != null) {
      for (JobStore.Picture picture : end.pictures()) {
        ObjectNode one = pictures.addObject();
        one.put("url", "/jobs/" + id + "/pictures/" + pictures.size());
        one.put("type", picture.type());
        one.put("bytes", picture.bytes());
        one.set("provenance", picture.provenance());
      }
      if (end.error() != null) {
        json.set("error", end.error());
      }
    }
    response.getHeaders().put(HttpHeader.LOCATION, "/jobs/" + id);
    send(response, done, status, "application/json", JSON.writeValueAsBytes(json));
  }

  private String running(String id) {
    JobStates states = parts.states();
    return (states == null ? JobStates.State.QUEUED : states.of(id).orElse(JobStates.State.QUEUED))
        .name()
        .toLowerCase(java.util.Locale.ROOT);
  }

  private void picture(String id, int number, Response response, Callback done)
      throws IOException, Problem {
    JobStore.End end = parts.store().end(id);
    if (end == null) {
      throw new Problem(404, "the job has not ended; look at /jobs/" + id, 1, null);
    }
    if (number < 1 || number > end.pictures().size()) {
      throw new Problem(
          404,
          end.pictures().isEmpty()
              ? "no picture is kept here; see /jobs/" + id + ", or add http to volccv.sinks"
              : "the job has the pictures 1 to " + end.pictures().size());
    }
    JobStore.Picture picture = end.pictures().get(number - 1);
    if (!Files.exists(picture.file())) {
      throw new NoSuchFileException(picture.file().toString());
    }
    response.setStatus(200);
    headers(response, picture.type());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, picture.bytes());
    response.getHeaders().put(HttpHeader.CONTENT_LOCATION, "/jobs/" + id + "/pictures/" + number);
    String hash = picture.provenance().path("outputSha256").asText("");
    if (!hash.isEmpty()) {
      response.getHeaders().put(HttpHeader.ETAG, '"' + hash + '"');
    }
    Content.copy(Content.Source.from(picture.file()), response, done);
  }

  /**
   * Refuses a request. A small body is taken first, though nobody wants it: a client that still
   * sends when the connection is closed does not see the answer.
   */
  private static void fail(Request request, Response response, Callback done, Exception failure) {
    if (request.getLength() > 0 && request.getLength() <= SMALL_BODY) {
      Content.Source.consumeAll(
          request,
          Callback.from(() -> fail(response, done, failure), cut -> fail(response, done, failure)));
    } else {
      fail(response, done, failure);
    }
  }

  private static void fail(Response response, Callback done, Exception failure) {
    if (failure instanceof EofException || response.isCommitted()) {
      done.failed(failure);
      return;
    }
    Problem problem =
        failure instanceof Problem known
            ? known
            : new Problem(503, "the service cannot do this now; see its log", 5, failure);
    if (problem != failure) {
      LOG.warn("A request failed: {}", failure.toString());
    }
    if (problem.status() == 401) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    if (problem.retryAfter() > 0) {
      response.getHeaders().put(HttpHeader.RETRY_AFTER, problem.retryAfter());
    }
    send(response, done, problem.status(), "application/problem+json", problem.json());
  }

  /** What Jetty itself refuses, such as a request that is no HTTP. */
  static boolean refuse(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    Problem problem = new Problem(status, "the request is not possible like this");
    send(response, callback, status, "application/problem+json", problem.json());
    return true;
  }

  private static void headers(Response response, String type) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put("X-Content-Type-Options", "nosniff");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
  }

  private static void send(
      Response response, Callback done, int status, String type, byte[] content) {
    response.setStatus(status);
    headers(response, type);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, content.length);
    response.write(true, ByteBuffer.wrap(content), done);
  }

  /** What uploads were cut off in the middle have left. */
  static void removeIncoming(Path uploads) throws IOException {
    try (Stream<Path> all = Files.list(uploads)) {
      for (Path left : all.filter(f -> f.getFileName().toString().startsWith(".inc")).toList()) {
        Disk.delete(left);
      }
    }
  }
}
