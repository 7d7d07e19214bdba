package io.volccv.app;

import io.volccv.model.Job.Outcome;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A client that sends each request, with one key, until it is taken. */
final class MatrixRequests implements MatrixSource.Opened {
  private final DoorClient door;
  private final List<String> config;
  private final Map<String, byte[]> waiting = new ConcurrentHashMap<>();
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  MatrixRequests(DoorClient door, List<String> config) {
    this.door = door;
    this.config = config;
    clock.scheduleWithFixedDelay(this::send, 0, 100, TimeUnit.MILLISECONDS);
  }

  @Override
  public List<String> config() {
    return config;
  }

  @Override
  public void ask(String name, byte[] photo) {
    waiting.put(name, photo);
  }

  private void send() {
    try {
      for (Map.Entry<String, byte[]> one : List.copyOf(waiting.entrySet())) {
        String query = "fields.name=" + URLEncoder.encode(one.getKey(), StandardCharsets.UTF_8);
        if (door.ask(key(one.getKey()), query, one.getValue())
            .filter(answer -> answer.statusCode() == 202)
            .isPresent()) {
          taken.add(one.getKey());
          waiting.remove(one.getKey());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Set<String> ended(Outcome outcome) throws Exception {
    Set<String> ended = new TreeSet<>();
    for (String name : taken) {
      String state = outcome.name().toLowerCase(Locale.ROOT);
      if (door.job(key(name)).filter(job -> job.path("state").asText().equals(state)).isPresent()) {
        ended.add(name);
      }
    }
    return ended;
  }

  @Override
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  private static String key(String name) {
    return name.replace(' ', '-');
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
