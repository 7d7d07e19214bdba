package io.volccv.bench.pieces;

import io.volccv.bench.Payload;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.model.HttpCall;
import io.volccv.model.Job;
import io.volccv.model.ReplyHead;
import io.volccv.model.Spool;
import io.volccv.prompt.PromptLanguage;
import io.volccv.signing.Credentials;
import io.volccv.wire.ReplyReader;
import io.volccv.wire.RequestBody;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The pieces of a call by themselves, with the pictures of {@link Payload#M} where they have one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class Pieces {

  private static final int BLOCK_BYTES = 12 * 1024;
  private static final Credentials KEYS =
      new Credentials.AccessKey("AKLTBENCH", "YmVuY2gtc2VjcmV0", null, "cn-north-1", "cv");

  private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
  private final byte[] raw = new byte[BLOCK_BYTES];
  private final byte[] text = new byte[BLOCK_BYTES / 3 * 4];
  private byte[] reply;
  private CvRequest request;
  private HttpCall small;
  private HttpCall large;
  private Expression prompt;
  private Exchange exchange;

  @Setup
  public void prepare() {
    reply = Payload.M.reply();
    Arrays.fill(text, (byte) 'A');
    Content picture = Content.of(Payload.M.input());
    request =
        new CvRequest(
            "high_aes_scheduler_svr_controlnet_v2.0",
            Map.of("prompt", "a watercolour", "seed", 7, "scale", 3.5),
            List.of(picture),
            Optional.empty());
    URI uri = URI.create("http://127.0.0.1/?Action=CVProcess&Version=2022-08-31");
    Map<String, String> headers = Map.of("Content-Type", "application/json");
    small = new HttpCall(uri, headers, Content.of(new byte[200]));
    large = new HttpCall(uri, headers, RequestBody.of(request));
    PromptLanguage language = new PromptLanguage();
    language.setFolder(Path.of("config", "prompts").toString());
    prompt = language.createExpression("restyle");
    exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setProperty(
        Job.PROPERTY,
        new Job(
            "bench",
            "cats/tom.png",
            Map.of("name", "tom", "style", "an oil painting"),
            null,
            Map.of(),
            null));
  }

  @Benchmark
  public long requestBody() throws IOException {
    long length = 0;
    try (ReadableByteChannel body = RequestBody.of(request).open()) {
      while (body.read(buffer.clear()) >= 0) {
        length += buffer.position();
      }
    }
    return length;
  }

  @Benchmark
  public Object replyReader() throws IOException {
    ReplyReader reader =
        new ReplyReader("CVProcess", false, Long.MAX_VALUE, NOWHERE, Clock.systemUTC());
    reader.head(new ReplyHead(200, Map.of()));
    for (int from = 0; from < reply.length; from += buffer.capacity()) {
      reader.data(ByteBuffer.wrap(reply, from, Math.min(buffer.capacity(), reply.length - from)));
    }
    return reader.end();
  }

  @Benchmark
  public int base64EncodeBlock() {
    return Base64.getEncoder().encode(raw, text);
  }

  @Benchmark
  public int base64DecodeBlock() {
    return Base64.getDecoder().decode(text, raw);
  }

  @Benchmark
  public Object signSmall() throws IOException {
    return KEYS.sign(small, Instant.EPOCH);
  }

  @Benchmark
  public Object signLarge() throws IOException {
    return KEYS.sign(large, Instant.EPOCH);
  }

  @Benchmark
  public String promptRendering() {
    return prompt.evaluate(exchange, String.class);
  }

  /** Takes pictures and keeps none: what it costs to keep them is the disk's matter. */
  private static final Spool NOWHERE =
      () ->
          new Spool.Writer() {
            private long length;

            @Override
            public void write(ByteBuffer bytes) {
              length += bytes.remaining();
              bytes.position(bytes.limit());
            }

            @Override
            public Spool.Stored finish() {
              return new Nothing(length);
            }

            @Override
            public void discard() {}
          };

  /** A picture of which only the length is left. */
  private record Nothing(long length) implements Spool.Stored {
    @Override
    public ReadableByteChannel open() {
      throw new UnsupportedOperationException("nothing was kept");
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public Spool.Stored share() {
      return this;
    }

    @Override
    public void release() {}
  }
}
