package io.volccv.files;

import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.PictureLimits;
import io.volccv.model.Spool;
import io.volccv.picture.Preparation;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;

/**
 * The step before the call that makes the picture in the body, or each of a List of them, one that
 * the model takes: see {@link Preparation}. What is no picture is left alone.
 *
 * <p>The job key names the input as it came, not what is made of it here, so it stays the same when
 * the model's limits or a decoder change.
 */
public final class PicturePreparation {

  private static final String COMPONENT = "volccv";
  private static final int BLOCK = 64 * 1024;

  private boolean on = true;
  private String reqKey = "";
  private long maxPixels = 100_000_000;
  private long maxBitmapPixels = 4096 * 4096;
  private @Nullable Preparation preparation;

  /** {@code on}, or {@code off} to send pictures as they are. */
  public void setPrepare(String prepare) {
    if (!List.of("on", "off").contains(prepare)) {
      throw new IllegalArgumentException(
          "volccv.prepare: '" + prepare + "' is not known; write on or off");
    }
    this.on = prepare.equals("on");
  }

  /** The model whose limits hold when a job chooses no other. */
  public void setReqKey(String reqKey) {
    this.reqKey = reqKey;
  }

  /** Width times height above which a picture is refused unread; {@code 100000000} when not set. */
  public void setMaxPixels(long pixels) {
    this.maxPixels = pixels;
  }

  /**
   * Pixels that are ever in memory, {@code 16777216} when not set, with 3 or 4 bytes each, twice
   * over while a picture is made smaller or turned.
   */
  public void setMaxBitmapPixels(long pixels) {
    this.maxBitmapPixels = pixels;
  }

  /**
   * Replaces the body when it has to be another picture.
   *
   * @throws InvalidRequestException when the picture cannot be made fit
   */
  @Handler
  public void prepare(Exchange exchange) throws IOException {
    Object body = exchange.getMessage().getBody();
    if (!on || body == null) {
      return;
    }
    if (!(body instanceof List<?> list)) {
      exchange.getMessage().setBody(prepared(exchange, body));
      return;
    }
    List<Object> pictures = new ArrayList<>();
    for (Object element : list) {
      pictures.add(prepared(exchange, element));
    }
    exchange.getMessage().setBody(pictures);
  }

  private Object prepared(Exchange exchange, Object body) throws IOException {
    Content picture = content(exchange, body);
    if (picture == null) {
      return body;
    }
    PictureLimits.Source models = models(exchange);
    String model = exchange.getProperty(JobRules.REQ_KEY, reqKey, String.class);
    PictureLimits limits = models == null ? PictureLimits.NONE : models.pictureLimits(model);
    Content made;
    try {
      made = preparation().prepare(picture, limits, () -> spool(models).create());
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "to prepare pictures takes net.coobird:thumbnailator on the class path; add it, or write"
              + " volccv.prepare=off",
          e);
    }
    if (made instanceof Spool.Stored stored && made != picture) {
      releaseWhenDone(exchange, stored);
    }
    return made == picture && !isStream(body) ? body : made;
  }

  private synchronized Preparation preparation() {
    if (preparation == null) {
      preparation = new Preparation(maxPixels, maxBitmapPixels);
    }
    return preparation;
  }

  /** Null for what is no picture: a prompt, parameters. */
  private static @Nullable Content content(Exchange exchange, @Nullable Object body)
      throws IOException {
    Object inner = body;
    if (body instanceof WrappedFile<?> wrapped) {
      inner = wrapped.getFile() instanceof File ? wrapped.getFile() : wrapped.getBody();
    }
    if (inner instanceof Content content) {
      return content;
    }
    if (inner instanceof byte[] bytes) {
      return Content.of(bytes);
    }
    if (inner instanceof Path path) {
      return Content.of(path);
    }
    if (inner instanceof File file) {
      return Content.of(file.toPath());
    }
    return isStream(inner) ? spooled(exchange, inner) : null;
  }

  private static boolean isStream(@Nullable Object body) {
    return body instanceof InputStream || body instanceof StreamCache;
  }

  /** A stream can be read once, and its header has to be read before the rest. */
  private static Content spooled(Exchange exchange, Object body) throws IOException {
    Spool.Writer writer = spool(models(exchange)).create();
    try {
      InputStream in =
          exchange.getContext().getTypeConverter().mandatoryConvertTo(InputStream.class, body);
      byte[] block = new byte[BLOCK];
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        writer.write(ByteBuffer.wrap(block, 0, count));
      }
      Spool.Stored stored = writer.finish();
      releaseWhenDone(exchange, stored);
      return stored;
    } catch (org.apache.camel.NoTypeConversionAvailableException e) {
      throw new IOException("the body cannot be read as a stream", e);
    } finally {
      writer.discard();
    }
  }

  private static PictureLimits.@Nullable Source models(Exchange exchange) {
    return exchange.getContext().hasComponent(COMPONENT) instanceof PictureLimits.Source models
        ? models
        : null;
  }

  private static Spool spool(PictureLimits.@Nullable Source models) {
    if (models == null) {
      throw new IllegalStateException("there is no component volccv, which keeps the pictures");
    }
    return models.spool();
  }

  private static void releaseWhenDone(Exchange exchange, Spool.Stored stored) {
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onDone(Exchange done) {
                stored.release();
              }
            });
  }
}
