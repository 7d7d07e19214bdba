package io.volccv.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.model.MapFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Names the pictures of a result and tells where they come from.
 *
 * <p>{@code cats/tom.png} becomes {@code cats/tom.jpg}, {@code cats/tom-2.jpg} ... by the format of
 * the pictures. Existing files are not overwritten; then all names of the result get {@code -r2}.
 * The exception is a job that is done again after a crash: it knows its own files by the {@code
 * jobKey} in the provenance beside them.
 */
public final class Outputs {

  private static final int MAX_BASE_BYTES = 200; // room for -r100000, -15, .jpg, .json and a prefix
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;
  private final Map<String, FreeNames.Claim> held = new ConcurrentHashMap<>();
  private FreeNames names = new FreeNames();
  private OutputStore store = OutputStore.LOCAL;
  private @Nullable Path folder;

  public Outputs() {
    this(Clock.systemUTC());
  }

  Outputs(Clock clock) {
    this.clock = clock;
  }

  /** The folder that the route writes to; for {@link #plan}. */
  public void setFolder(String folder) {
    this.folder = Path.of(folder);
  }

  /** Where the folder is, when it is not on this machine. */
  public void setStore(OutputStore store) {
    this.store = store;
    this.names = new FreeNames(store::exists);
  }

  /**
   * Makes the outputs of the {@link CvResult} in the body. Their names are held until the exchange
   * is done.
   *
   * @return one for each picture that has to be written, in the service's order
   * @throws IOException when a picture cannot be read
   */
  public List<Output> plan(Exchange exchange) throws IOException {
    CvResult result = result(exchange);
    List<String> planned = new ArrayList<>();
    hold(exchange, result, planned);
    List<Path> files = planned.stream().map(folder()::resolve).toList();
    Inputs.delivery(exchange).add(result, files);
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      CvImage image = result.images().get(i);
      String hash = hash(image);
      if (!store.isThere(files.get(i), image.length(), hash)) {
        outputs.add(new Output(planned.get(i), image, provenance(exchange, result, hash)));
      }
    }
    return outputs;
  }

  /** The names of the pictures go to {@code planned}. */
  private FreeNames.Claim claim(
      Exchange exchange, CvResult result, List<String> planned, boolean isToBeWritten) {
    JobKey.Asked asked = JobKey.Asked.of(exchange);
    String key =
        asked == null ? exchange.getMessage().getHeader(JobKey.KEY, String.class) : asked.jobKey();
    String input = store.plain(SafePath.check(input(exchange)));
    return names.claim(
        suffix -> {
          planned.clear();
          planned.addAll(names(input, suffix, result.images()));
          return planned.stream().flatMap(this::withProvenance).toList();
        },
        paths -> key != null && own(paths, key),
        isToBeWritten ? key : null);
  }

  /** Notes where the pictures of the exchange's result are, if this sink has all of them. */
  private void recall(Exchange exchange, Delivery delivery) {
    CvResult result = delivery.result();
    if (folder == null || result == null) {
      return;
    }
    List<String> planned = new ArrayList<>();
    claim(exchange, result, planned, false).release();
    List<Path> files = planned.stream().map(folder()::resolve).toList();
    if (files.stream().allMatch(store::exists)) {
      delivery.add(result, files);
    }
  }

  private Path folder() {
    if (folder == null) {
      throw new IllegalStateException(
          "the bean of type "
              + Outputs.class.getName()
              + " has no folder; set its property folder");
    }
    return folder;
  }

  /**
   * Makes the outputs of the {@link CvResult} in the body for a sink that has no names to be taken,
   * such as a web service.
   *
   * @return one for each picture, in the service's order
   * @throws IOException when a picture cannot be read
   */
  public List<Output> name(Exchange exchange) throws IOException {
    CvResult result = result(exchange);
    List<String> planned = names(SafePath.check(input(exchange)), "", result.images());
    Inputs.delivery(exchange).add(result, List.of());
    List<Output> outputs = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      CvImage image = result.images().get(i);
      outputs.add(new Output(planned.get(i), image, provenance(exchange, result, hash(image))));
    }
    return outputs;
  }

  /**
   * Where sinks that were asked before have written a picture; before the app was started again,
   * too.
   *
   * @param picture its number in the result, from 0 on
   */
  public static List<Path> places(Exchange exchange, int picture) {
    Delivery delivery = Inputs.delivery(exchange);
    if (Sinks.someHaveIt(exchange)) {
      for (Outputs sink : exchange.getContext().getRegistry().findByType(Outputs.class)) {
        sink.recall(exchange, delivery);
      }
    }
    return delivery.places(picture);
  }

  private static CvResult result(Exchange exchange) {
    if (!(exchange.getMessage().getBody() instanceof CvResult result)) {
      throw new IllegalStateException(
          "the sink wants a CvResult in the body; call volccv: with output=result");
    }
    return result;
  }

  private static String input(Exchange exchange) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    return job == null ? exchange.getExchangeId() : job.outputName();
  }

  private static List<String> names(String input, String suffix, List<CvImage> images) {
    int slash = input.lastIndexOf('/') + 1;
    String base =
        input.substring(0, slash)
            + SafePath.cut(SafePath.base(input.substring(slash)), MAX_BASE_BYTES)
            + suffix;
    List<String> names = new ArrayList<>();
    for (CvImage image : images) {
      String number = names.isEmpty() ? "" : "-" + (names.size() + 1);
      names.add(base + number + "." + image.format().extension());
    }
    return names;
  }

  private Stream<Path> withProvenance(String name) {
    return Stream.of(folder().resolve(name), folder().resolve(name + ".json"));
  }

  /** Whether every file that exists has a provenance with this key: pairs of picture and JSON. */
  private boolean own(List<Path> paths, String key) {
    for (int i = 0; i < paths.size(); i += 2) {
      if ((store.exists(paths.get(i)) || store.exists(paths.get(i + 1)))
          && !key.equals(OutputStore.text(store.provenance(paths.get(i + 1)), "jobKey"))) {
        return false;
      }
    }
    return true;
  }

  private static String hash(CvImage image) throws IOException {
    try (InputStream in = image.stream()) {
      return Hashes.sha256(in);
    }
  }

  private byte[] provenance(Exchange exchange, CvResult result, String outputSha256)
      throws JsonProcessingException {
    JobKey.Asked asked = JobKey.Asked.of(exchange);
    Map<String, Object> params = new LinkedHashMap<>(asked == null ? Map.of() : asked.params());
    if (exchange.getMessage().getHeader(JobKey.PARAMS) instanceof Map<?, ?> sent) {
      params.putAll(MapFile.textKeys(sent)); // after a re-roll, with the seed that was sent
    }
    Map<String, Object> fields = Provenance.known(exchange, result, params);
    Object jobKey = fields.remove("jobKey");
    fields.put("outputSha256", outputSha256);
    fields.put("created", clock.instant().toString());
    fields.put("attempts", exchange.getProperty(Retries.ATTEMPTS, 0, Integer.class) + 1);
    fields.put("jobKey", jobKey);
    return json(fields);
  }

  private static byte[] json(Map<String, Object> fields) throws JsonProcessingException {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(fields);
  }

  /** Until the exchange is done, or comes again because the sink has failed. */
  private void hold(Exchange exchange, CvResult result, List<String> planned) {
    String id = exchange.getExchangeId();
    boolean first = !release(id);
    held.put(id, claim(exchange, result, planned, true));
    if (first) {
      exchange
          .getExchangeExtension()
          .addOnCompletion(
              new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                  release(id);
                }
              });
    }
  }

  private boolean release(String exchangeId) {
    FreeNames.Claim claim = held.remove(exchangeId);
    if (claim != null) {
      claim.release();
    }
    return claim != null;
  }
}
