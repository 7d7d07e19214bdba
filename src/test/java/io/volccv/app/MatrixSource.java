package io.volccv.app;

import io.volccv.model.Job.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What pictures can come from. A further source is a further constant. */
enum MatrixSource {
  FOLDER {
    @Override
    Opened open(Path folder) throws Exception {
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
    Opened open(Path folder) throws Exception {
      return server(new FtpTestServer(folder, "none"), "plain");
    }
  },
  FTPS {
    @Override
    Opened open(Path folder) throws Exception {
      return server(new FtpTestServer(folder, "explicit"), "secure");
    }
  },
  SFTP {
    @Override
    Opened open(Path folder) throws Exception {
      return server(new SftpTestServer(folder), "in");
    }
  };

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
  abstract Opened open(Path folder) throws Exception;

  private static Opened server(TestServer server, String instance) throws Exception {
    server.start();
    List<String> config = new ArrayList<>(server.config(server.kind() + "." + instance + "."));
    config.add("volccv.sources=" + server.kind());
    config.add(server.kind() + ".instances=" + instance);
    return new MatrixFiles(server.root(), config, server);
  }
}
