package io.volccv.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON body of a call, streamed from its parts: the parameters as text, the pictures read from
 * where they are and turned to base64 on the way. Its length is known before the first byte, and no
 * picture is ever whole on the heap.
 */
public final class RequestBody implements Content {

  /** The field that takes inlined pictures. */
  public static final String PICTURES = "binary_data_base64";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A multiple of three, so that every block but the last encodes without padding. */
  private static final int RAW_BLOCK_BYTES = 12 * 1024;

  private interface Part {
    long length();

    ReadableByteChannel open() throws IOException;
  }

  private record Text(byte[] bytes) implements Part {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public ReadableByteChannel open() throws IOException {
      return Content.of(bytes).open();
    }
  }

  private record Base64Picture(Content picture) implements Part {
    @Override
    public long length() {
      return (picture.length() + 2) / 3 * 4;
    }

    @Override
    public ReadableByteChannel open() throws IOException {
      return new Base64Channel(picture);
    }
  }

  private final List<Part> parts;
  private final long length;

  private RequestBody(List<Part> parts) {
    this.parts = List.copyOf(parts);
    this.length = parts.stream().mapToLong(Part::length).sum();
  }

  /**
   * The body of {@code request}: {@code req_key} first, pictures last.
   *
   * @throws IllegalArgumentException when a parameter cannot be written, or pictures are in the
   *     parameters and beside them
   */
  public static RequestBody of(CvRequest request) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("req_key", request.reqKey());
    fields.putAll(request.params());
    if (fields.containsKey(PICTURES) && !request.pictures().isEmpty()) {
      throw new IllegalArgumentException(
          PICTURES + " is set, and the body brings a picture, too; send one of them");
    }
    fields.computeIfPresent(PICTURES, (name, value) -> withoutDataPrefix(value));
    byte[] json = json(fields);
    List<Part> parts = new ArrayList<>();
    if (request.pictures().isEmpty()) {
      parts.add(new Text(json));
      return new RequestBody(parts);
    }
    String open = new String(json, 0, json.length - 1, UTF_8) + ",\"" + PICTURES + "\":[\"";
    parts.add(new Text(open.getBytes(UTF_8)));
    for (Iterator<? extends Content> pictures = request.pictures().iterator();
        pictures.hasNext(); ) {
      parts.add(new Base64Picture(pictures.next()));
      parts.add(new Text((pictures.hasNext() ? "\",\"" : "\"]}").getBytes(UTF_8)));
    }
    return new RequestBody(parts);
  }

  /** What a browser or an editor copies has a prefix, which the service refuses with 50207. */
  private static @Nullable Object withoutDataPrefix(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(RequestBody::withoutDataPrefix).toList();
    }
    if (!(value instanceof String text) || !text.regionMatches(true, 0, "data:", 0, 5)) {
      return value;
    }
    return text.substring(text.indexOf(',') + 1);
  }

  private static byte[] json(Map<String, Object> fields) {
    try {
      return JSON.writeValueAsBytes(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a parameter is not of a JSON type: " + e.getOriginalMessage(), e);
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public ReadableByteChannel open() {
    return new PartsChannel(parts.iterator());
  }

  /** All parts, one after the other. */
  private static final class PartsChannel implements ReadableByteChannel {

    private final Iterator<Part> parts;
    private @Nullable ReadableByteChannel current;

    PartsChannel(Iterator<Part> parts) {
      this.parts = parts;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      while (target.hasRemaining()) {
        if (current == null) {
          if (!parts.hasNext()) {
            break;
          }
          current = parts.next().open();
        }
        if (current.read(target) < 0) {
          current.close();
          current = null;
        }
      }
      int count = target.position() - start;
      return count == 0 && target.hasRemaining() ? -1 : count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() throws IOException {
      if (current != null) {
        current.close();
      }
    }
  }

  /**
   * A picture as base64 text, block by block; never {@code Base64.wrap}, which is many times
   * slower.
   */
  private static final class Base64Channel implements ReadableByteChannel {

    private final ReadableByteChannel picture;
    private final long length;
    private final byte[] raw;
    private final ByteBuffer block;
    private final byte[] text;
    private final ByteBuffer encoded;
    private long done;

    Base64Channel(Content content) throws IOException {
      this.length = content.length();
      this.raw = new byte[(int) Math.min(RAW_BLOCK_BYTES, length)];
      this.block = ByteBuffer.wrap(raw);
      this.text = new byte[(raw.length + 2) / 3 * 4];
      this.encoded = ByteBuffer.wrap(text).limit(0);
      this.picture = content.open();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      if (!encoded.hasRemaining()) {
        if (done == length) {
          requireEnd();
          return -1;
        }
        encodeBlock();
      }
      int count = Math.min(encoded.remaining(), target.remaining());
      target.put(text, encoded.position(), count);
      encoded.position(encoded.position() + count);
      return count;
    }

    private void encodeBlock() throws IOException {
      int size = (int) Math.min(raw.length, length - done);
      block.clear().limit(size);
      while (block.hasRemaining()) {
        if (picture.read(block) < 0) {
          throw changed();
        }
      }
      done += size;
      byte[] whole = size == raw.length ? raw : java.util.Arrays.copyOf(raw, size);
      encoded.limit(Base64.getEncoder().encode(whole, text)).position(0);
    }

    private void requireEnd() throws IOException {
      if (picture.read(ByteBuffer.allocate(1)) > 0) {
        throw changed();
      }
    }

    private IOException changed() {
      return new IOException("the picture changed while it was read: it had " + length + " bytes");
    }

    @Override
    public boolean isOpen() {
      return picture.isOpen();
    }

    @Override
    public void close() throws IOException {
      picture.close();
    }
  }
}
