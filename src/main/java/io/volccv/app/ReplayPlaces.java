package io.volccv.app;

import io.volccv.files.ParkedFiles;
import io.volccv.files.ParkedInput;
import io.volccv.files.ParkedInputs;
import io.volccv.files.ParkedServerFiles;
import io.volccv.model.Job.Outcome;
import io.volccv.queue.DeadLetters;
import io.volccv.queue.QueueBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.Route;
import org.jspecify.annotations.Nullable;

/** Where the inputs of sources lie that were put away, with what it takes to reach them. */
final class ReplayPlaces implements AutoCloseable {
  private static final String FOLDER = "folder";
  private static final String QUEUE = "queue";
  private static final List<String> SERVERS = List.of("ftp", "sftp");

  private final Settings settings;
  private final List<ParkedInputs> all = new ArrayList<>();

  /** In the order in which they were opened. */
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private ReplayPlaces(Settings settings) {
    this.settings = settings;
  }

  /**
   * Opens those of some sources.
   *
   * @param sources some of {@code volccv.sources}; those that put their jobs into the queue are the
   *     queue
   * @throws ConfigException when one of them cannot be reached
   */
  static ReplayPlaces open(Settings settings, List<String> sources) {
    ReplayPlaces places = new ReplayPlaces(settings);
    try {
      places.open(QueueSettings.withQueue(sources));
      return places;
    } catch (IOException e) {
      places.close();
      throw new ConfigException("queue.jobs", e.getMessage() + "; correct it, or start it", e);
    } catch (RuntimeException e) {
      places.close();
      throw e;
    }
  }

  /** Whether it is known where inputs of a source are put away; not of one of the user's own. */
  static boolean knows(String source) {
    return source.equals(FOLDER)
        || SERVERS.contains(source)
        || QueueSettings.withQueue(List.of(source)).contains(QUEUE);
  }

  /** An input, and where it lies. */
  record Found(ParkedInput parked, ParkedInputs place) {}

  /**
   * What is put away, one place after the other.
   *
   * @param outcomes only what ended so
   * @throws ConfigException when one of the places cannot be looked at
   */
  List<Found> list(Set<Outcome> outcomes) {
    List<Found> found = new ArrayList<>();
    for (ParkedInputs place : all) {
      try {
        place.list(outcomes).forEach(parked -> found.add(new Found(parked, place)));
      } catch (IOException e) {
        throw new ConfigException(
            "volccv.sources",
            "what was put away cannot be looked at: " + e.getMessage(),
            "mend that, or choose another one with --source");
      }
    }
    return found;
  }

  private void open(List<String> sources) throws IOException {
    if (sources.contains(FOLDER)) {
      add(folder());
    }
    List<String> servers = SERVERS.stream().filter(sources::contains).toList();
    if (!servers.isEmpty()) {
      // Their routes as they are, so that they are reached in no other way than by the app.
      CamelApp app = opened(CamelApp.unstarted(settings));
      for (Route route : app.context().getRoutes()) {
        if (servers.contains(kind(route.getEndpoint().getEndpointUri()))) {
          ParkedServerFiles.of(route.getEndpoint()).ifPresent(this::add);
        }
      }
    }
    if (sources.contains(QUEUE)) {
      queue();
    }
  }

  private static String kind(String uri) {
    return uri.substring(0, uri.indexOf(':')).replace("ftps", "ftp");
  }

  private ParkedInputs folder() {
    Map<Outcome, Path> folders = new EnumMap<>(Outcome.class);
    for (Outcome outcome : EnumSet.complementOf(EnumSet.of(Outcome.DONE))) {
      String key = "volccv." + outcome.name().toLowerCase(Locale.ROOT);
      folders.put(outcome, Path.of(settings.get(key)));
    }
    // Tables that cannot be read are put away in the same folders, and came from another.
    Predicate<Path> table =
        file -> file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(csv|jsonl|ndjson)");
    return new ParkedFiles(
        FOLDER,
        folders,
        settings.inbox(),
        settings.sources().contains("csv") ? table : file -> false);
  }

  private void queue() throws IOException {
    Optional<QueueBroker> broker = broker();
    if (broker.isPresent()) {
      String pictures = settings.get("queue.pictures");
      add(
          DeadLetters.open(
              opened(broker.get()),
              settings.get("queue.jobs"),
              settings.get("queue.dead"),
              pictures == null ? null : Path.of(pictures)));
    }
  }

  /** Empty when there never was one. */
  private Optional<QueueBroker> broker() throws IOException {
    @Nullable String folder = settings.get("queue.folder");
    if (folder == null) {
      return QueueSettings.broker(settings);
    }
    try (Stream<Path> journal = Files.list(Path.of(folder))) {
      if (journal.findAny().isEmpty()) {
        return Optional.empty();
      }
    }
    Optional<HomeLock> lock = HomeLock.tryTake(settings.home(), settings.home().resolve("data"));
    if (lock.isEmpty()) {
      return Optional.of(QueueSettings.brokerOfTheApp(settings));
    }
    opened(lock.get()); // no app starts meanwhile on the same journal
    return QueueSettings.broker(QueueSettings.forNobodyElse(settings));
  }

  private void add(ParkedInputs inputs) {
    all.add(opened(inputs));
  }

  private <T extends AutoCloseable> T opened(T one) {
    opened.push(one);
    return one;
  }

  /** What was opened last first. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot be closed: " + e.getMessage(), e);
      }
    }
  }
}
