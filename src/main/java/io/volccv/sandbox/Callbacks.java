package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * POSTs the end of a task to its {@code callback_url}, once. The service documents neither a
 * signature nor a repetition. Only hosts of this machine are told; to any other nothing is sent,
 * since the sandbox is offline.
 */
final class Callbacks {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1\\]|\\[0:0:0:0:0:0:0:1\\]");
  private static final int PATIENCE_MILLIS = 3_000;

  private final Ids ids;
  private final Clock clock;
  private final Workers workers;

  Callbacks(Ids ids, Clock clock, Workers workers) {
    this.ids = ids;
    this.clock = clock;
    this.workers = workers;
  }

  /** Where the pictures of a task come from. */
  interface Source {
    Tasks.Pictures get() throws IOException;
  }

  /** The URL, or null when there is none. */
  static @Nullable URI check(@Nullable String url) throws Refusal {
    if (url == null || url.isEmpty()) {
      return null;
    }
    try {
      URI uri = URI.create(url);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw Refusal.of(50200, "Invalid Request Args: callback_url is not a URL: " + e.getMessage());
    }
    throw Refusal.of(50200, "Invalid Request Args: callback_url is not a http URL");
  }

  void tell(Task task, Source pictures) {
    String url = task.params().path("callback_url").asText("");
    if (!url.isEmpty() && LOOPBACK.matcher(URI.create(url).getHost()).matches()) {
      workers.threads().execute(() -> post(URI.create(url), task, pictures));
    }
  }

  private void post(URI url, Task task, Source pictures) {
    try {
      Reply body = body(task, pictures);
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      connection.setDoOutput(true);
      connection.setRequestMethod("POST");
      connection.setRequestProperty("Content-Type", body.contentType());
      // With a length that is known before, the JDK does not send a POST a second time by itself.
      connection.setFixedLengthStreamingMode(body.length());
      try (OutputStream out = connection.getOutputStream()) {
        while (body.body().hasNext()) {
          out.write(body.body().next());
        }
      }
      connection.getResponseCode();
      connection.disconnect();
    } catch (IOException e) {
      // A callback that nobody takes is lost, as the service promises no second one; the result can
      // be asked for.
      return;
    }
  }

  private Reply body(Task task, Source source) throws IOException {
    Duration elapsed = Duration.between(task.submitted(), clock.instant());
    if (task.phase() instanceof Task.Failed failed) {
      return Envelope.callback(failed.error(), task.id(), ids.stamped(), elapsed);
    }
    Tasks.Pictures pictures = source.get();
    ObjectNode data = TaskResult.data(Tasks.Status.DONE, pictures);
    return Envelope.callback(data, pictures.files(), task.id(), ids.stamped(), elapsed);
  }
}
