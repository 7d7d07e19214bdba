package io.volccv.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.EndpointAware;
import org.apache.camel.Processor;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * The names on an FTP or SFTP server that a route writes to; for the property {@code store} of
 * {@link Outputs}.
 */
public final class RemoteOutbox implements OutputStore, CamelContextAware {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_PROVENANCE_BYTES = 1_000_000;

  private String step = "";
  private @Nullable CamelContext context;
  private @Nullable RemoteStore store;

  /**
   * The id of the step of the route that writes; its endpoint says which server, and who we are.
   */
  public void setStep(String id) {
    this.step = id;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStopping(CamelContext stopping) {
            close();
          }
        });
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  @Override
  public String plain(String name) {
    return RemoteStore.plain(name);
  }

  @Override
  public boolean exists(Path file) {
    try {
      return store().exists(text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public @Nullable JsonNode provenance(Path file) {
    try {
      Optional<byte[]> json = store().read(text(file), MAX_PROVENANCE_BYTES);
      return json.isEmpty() ? null : JSON.readTree(json.get());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return null; // none of ours
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  @Override
  public boolean isThere(Path picture, long length, String sha256) throws IOException {
    String name = text(picture);
    String beside = name + ".json";
    if (!store().exists(beside)) {
      return false; // nor the picture, which is written after its provenance
    }
    // Never half there: it was written under another name.
    boolean same =
        store().exists(name)
            && sha256.equals(OutputStore.text(provenance(Path.of(beside)), "outputSha256"));
    if (!same) {
      store().delete(name);
      store().delete(beside);
    }
    return same;
  }

  private synchronized RemoteStore store() {
    if (store == null) {
      Processor writes = context == null ? null : context.getProcessor(step);
      if (!(writes instanceof EndpointAware aware)
          || !(aware.getEndpoint() instanceof RemoteFileEndpoint<?> endpoint)) {
        throw new IllegalStateException(
            "no step '" + step + "' writes to a server; set step to the id of one that does");
      }
      endpoint.getConfiguration().setStreamDownload(true);
      store = new RemoteStore(endpoint);
    }
    return store;
  }

  private synchronized void close() {
    if (store != null) {
      store.close();
      store = null;
    }
  }

  private static String text(Path path) {
    return path.toString().replace('\\', '/');
  }
}
