package io.volccv.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;

/** How much a call sends and gets. */
public enum Payload {
  /** A prompt, answered with a URL that is not fetched. */
  S(0, 0, 0),
  /** A thumbnail both ways, for runs in which the number of calls matters. */
  T(1024, 1, 1024),
  /** A picture of 1 MB, answered with one of 1 MB. */
  M(1 << 20, 1, 1 << 20),
  /** A picture of 10 MB, answered with four of 5 MB. */
  L(10 << 20, 4, 5 << 20);

  private static final byte[] SIGNATURE = HexFormat.of().parseHex("89504e470d0a1a0a");

  /** Of a PNG, all but the pixels: the signature and three chunks, one with 13 bytes in it. */
  private static final int FRAME_BYTES = 8 + 3 * 12 + 13;

  private static final String HEAD =
      "{\"code\":10000,\"data\":{\"algorithm_base_resp\":"
          + "{\"status_code\":0,\"status_message\":\"Success\"},\"binary_data_base64\":[";
  private static final String TAIL =
      "},\"message\":\"Success\",\"request_id\":\"202611250000000000000000000000AB\","
          + "\"status\":10000,\"time_elapsed\":\"1.5s\"}";

  private final int inputBytes;
  private final int outputs;
  private final int outputBytes;

  Payload(int inputBytes, int outputs, int outputBytes) {
    this.inputBytes = inputBytes;
    this.outputs = outputs;
    this.outputBytes = outputBytes;
  }

  /** Whether a call sends a picture. */
  public boolean hasInput() {
    return inputBytes > 0;
  }

  /** How many pictures an answer brings. */
  public int outputs() {
    return outputs;
  }

  /** How long each of them is. */
  public int outputBytes() {
    return outputBytes;
  }

  /** The picture that is sent. */
  public byte[] input() {
    return input(1);
  }

  /** A picture of the same length; each seed gives another one. */
  public byte[] input(long seed) {
    return picture(seed, inputBytes);
  }

  /** The answer's JSON. */
  public byte[] reply() {
    StringBuilder json = new StringBuilder(HEAD);
    for (int i = 0; i < outputs; i++) {
      String text = Base64.getEncoder().encodeToString(picture(i + 2, outputBytes));
      json.append(i == 0 ? "\"" : ",\"").append(text).append('"');
    }
    json.append(']');
    if (outputs == 0) {
      json.append(",\"image_urls\":[\"https://p3.example.com/picture-0001.png?x-expires=1\"]");
    }
    return json.append(TAIL).toString().getBytes(US_ASCII);
  }

  /** A PNG that is whole, with noise where its pixels should be: nobody here draws it. */
  private static byte[] picture(long seed, int length) {
    if (length == 0) {
      return new byte[0];
    }
    byte[] noise = new byte[length - FRAME_BYTES];
    new Random(seed).nextBytes(noise);
    ByteBuffer png = ByteBuffer.allocate(length).put(SIGNATURE);
    chunk(png, "IHDR", HexFormat.of().parseHex("00000400000003000802000000"));
    chunk(png, "IDAT", noise);
    chunk(png, "IEND", new byte[0]);
    return png.array();
  }

  private static void chunk(ByteBuffer png, String type, byte[] data) {
    byte[] name = type.getBytes(US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    png.putInt(data.length).put(name).put(data).putInt((int) crc.getValue());
  }
}
