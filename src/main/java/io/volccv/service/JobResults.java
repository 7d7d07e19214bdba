package io.volccv.service;

import io.volccv.files.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;

/** The sink of the HTTP door: keeps the pictures of jobs until clients have fetched them. */
public final class JobResults {
  private static final String KEY = "CamelVolcCvJobKey";

  private JobStore store = new JobStore(Path.of("data/http"));

  /** Where they are kept: the folder of the {@link HttpDoor}, which removes old ones. */
  public void setFolder(String folder) {
    this.store = new JobStore(Path.of(folder).toAbsolutePath());
  }

  /**
   * Keeps the outputs in the body under the job's key; of any source, since a job is found by its
   * key.
   *
   * @throws IOException when they are not on the disk
   */
  public void keep(Exchange exchange) throws IOException, InvalidPayloadException {
    String key = exchange.getMessage().getHeader(KEY, String.class);
    if (key == null) {
      throw new IllegalStateException("the job has no key; put the step jobKey before the call");
    }
    List<Output> outputs =
        ((List<?>) exchange.getMessage().getMandatoryBody(List.class))
            .stream().map(Output.class::cast).toList();
    store.keep(key, outputs);
  }
}
