package io.volccv.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.model.Job.Outcome;
import jakarta.jms.BytesMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What pictures can come from. A further source is a further constant. */
enum MatrixSource {
  FOLDER {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      List<String> config = new ArrayList<>(List.of("volccv.sources=folder"));
      config.add("volccv.inbox=" + folder.resolve("inbox"));
      for (Outcome outcome : Outcome.values()) {
        String name = outcome.name().toLowerCase(Locale.ROOT);
        config.add("volccv." + name + "=" + folder.resolve(name));
      }
      return new MatrixFiles(folder, config, () -> {});
    }
  },
  FTP {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return server(new FtpTestServer(folder, "none"), "plain");
    }
  },
  FTPS {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return server(new FtpTestServer(folder, "explicit"), "secure");
    }
  },
  SFTP {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      return server(new SftpTestServer(folder), "in");
    }
  },
  /** In turn with the picture in the job, and with the job beside the picture. */
  QUEUE {
    @Override
    Opened open(Path folder, MatrixShared shared) {
      AtomicInteger count = new AtomicInteger();
      return new MatrixQueued(
          shared,
          shared.queueConfig("volccv.sources=queue"),
          (name, photo) -> {
            ObjectNode job = job(name);
            job.put("jobKey", key(name));
            if (count.incrementAndGet() % 2 == 0) {
              job.putArray("pictures").addObject().put("base64", photo);
              shared.queue.job(job.toString());
            } else {
              BytesMessage message = shared.queue.bytes(photo);
              message.setStringProperty("volccvJob", job.toString());
              shared.queue.send("volccv.jobs", message);
            }
            return key(name);
          },
          () -> true);
    }
  },
  /** One table, which has all its rows before the app starts. */
  CSV {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      Path table = Files.createDirectories(folder).resolve("orders.csv");
      Files.writeString(table, "jobKey,fields.name,pictures.file\n");
      return new MatrixQueued(
          shared,
          shared.queueConfig("volccv.sources=csv", "csv.inbox=" + folder),
          (name, photo) -> {
            String row = key(name) + "," + name + "," + shared.picture(name, photo) + "\n";
            Files.writeString(table, row, StandardOpenOption.APPEND);
            return key(name);
          },
          () -> !Files.exists(table));
    }
  },
  HTTP {
    @Override
    Opened open(Path folder, MatrixShared shared) {
      return new MatrixRequests(
          shared.door, shared.queueConfig("volccv.sources=http", shared.door.config()));
    }
  },
  /** What was due a minute ago, and is made up for. */
  TIMER {
    @Override
    Opened open(Path folder, MatrixShared shared) throws Exception {
      ZonedDateTime due = ZonedDateTime.now(ZoneOffset.UTC).minusMinutes(1).withNano(0);
      Path schedule = Files.createDirectories(folder).resolve("schedule.json");
      ObjectNode entries = JSON.createObjectNode();
      return new MatrixQueued(
          shared,
          shared.queueConfig(
              "volccv.sources=timer",
              "timer.schedule=" + schedule,
              "timer.zone=UTC",
              "timer.lookBack=30m"),
          (name, photo) -> {
            ObjectNode job = job(name);
            job.putArray("pictures").addObject().put("file", shared.picture(name, photo));
            ObjectNode entry = entries.putObject(key(name));
            entry.put("cron", DateTimeFormatter.ofPattern("s m H d M '*'").format(due));
            entry.set("job", job);
            Files.writeString(schedule, entries.toString());
            return "timer-%s-%s"
                .formatted(
                    key(name), DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").format(due));
          },
          () -> true);
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A source that runs. */
  interface Opened extends MatrixEnd {

    /**
     * Asks for a picture.
     *
     * @param name what its prompt is to begin with
     * @param photo the input
     */
    void ask(String name, byte[] photo) throws Exception;

    /** The names that have ended so, as an operator of this source sees it, with their reasons. */
    Set<String> ended(Outcome outcome) throws Exception;

    /** Whether nothing waits any more. */
    boolean isEmpty() throws Exception;
  }

  /**
   * Starts it.
   *
   * @param folder its own
   */
  abstract Opened open(Path folder, MatrixShared shared) throws Exception;

  private static ObjectNode job(String name) {
    ObjectNode job = JSON.createObjectNode();
    job.putObject("fields").put("name", name);
    return job;
  }

  private static String key(String name) {
    return name.replace(' ', '-');
  }

  private static Opened server(TestServer server, String instance) throws Exception {
    server.start();
    List<String> config = new ArrayList<>(server.config(server.kind() + "." + instance + "."));
    config.add("volccv.sources=" + server.kind());
    config.add(server.kind() + ".instances=" + instance);
    return new MatrixFiles(server.root(), config, server);
  }
}
