package io.volccv.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tells requests apart that came with the same job key: a key that is used twice by mistake is an
 * error and not somebody else's picture. The seed is no part of it, since another try at the same
 * wish draws another one. Of a picture it looks at the length and both ends, not to read all of it
 * once more.
 */
final class Fingerprint {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();
  private static final int END_BYTES = 4096;

  private Fingerprint() {}

  /** In lower-case hex. Without a job key there is nothing to compare, and it is empty. */
  static String of(CvRequest request) {
    if (request.jobKey().isEmpty()) {
      return "";
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Map<String, Object> params = new TreeMap<>(request.params());
      params.remove("seed");
      digest.update(JSON.writeValueAsBytes(new Object[] {request.reqKey(), params}));
      for (Content picture : request.pictures()) {
        add(picture, digest);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (JsonProcessingException e) {
      throw new InvalidRequestException(
          request.reqKey() + ": the parameters are not JSON: " + e.getOriginalMessage(),
          CvError.before("request", "use texts, numbers, booleans, lists and maps"),
          e);
    } catch (IOException e) {
      throw Api.unreadable(request.reqKey(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void add(Content picture, MessageDigest digest) throws IOException {
    ByteBuffer end = ByteBuffer.allocate(END_BYTES);
    digest.update(end.putLong(0, picture.length()).slice(0, Long.BYTES));
    try (ReadableByteChannel channel = picture.open()) {
      read(channel, end, digest);
      if (channel instanceof SeekableByteChannel file && picture.length() > 2L * END_BYTES) {
        file.position(picture.length() - END_BYTES);
        read(channel, end, digest);
      }
    }
  }

  private static void read(ReadableByteChannel channel, ByteBuffer into, MessageDigest digest)
      throws IOException {
    into.clear();
    while (into.hasRemaining() && channel.read(into) >= 0) {
      continue;
    }
    digest.update(into.flip());
  }
}
