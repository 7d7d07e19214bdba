package io.volccv.queue;

import io.volccv.files.InputFile;
import io.volccv.model.Job;
import io.volccv.model.JobPicture;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gets the input pictures of a job, as files: those that come with the message are written to a
 * folder, so that they are on the heap only as long as the message is.
 */
final class QueuePictures {

  /** The parameter by which most models take pictures that are elsewhere. */
  private static final String URLS = "image_urls";

  private static final int BLOCK = 64 * 1024;

  private final Path incoming;
  private final @Nullable Path root;
  private final long maxBytes;

  /**
   * @param incoming for the pictures that come with messages
   * @param root what {@code file} of a picture is below; null when there is none
   * @param maxBytes the largest picture
   */
  QueuePictures(Path incoming, @Nullable Path root, long maxBytes) {
    this.incoming = incoming;
    this.root = root;
    this.maxBytes = maxBytes;
  }

  /**
   * The pictures in their order.
   *
   * @param own is told each file that is the caller's to delete
   * @throws io.volccv.error.InvalidRequestException when one cannot be had
   */
  List<Path> get(Message message, Job job, List<Path> own) throws JMSException, IOException {
    List<Path> pictures = new ArrayList<>();
    if (message instanceof BytesMessage bytes && message.propertyExists(QueueJobs.JOB)) {
      if (!job.pictures().isEmpty()) {
        throw QueueJobs.refused(
            "is a picture and its job has others", "leave pictures out, or send a text message");
      }
      pictures.add(body(bytes, own));
    }
    for (JobPicture picture : job.pictures()) {
      if (picture instanceof JobPicture.Inline inline) {
        pictures.add(decoded(inline, own));
      } else if (picture instanceof JobPicture.Named named) {
        pictures.add(named(named));
      }
    }
    return pictures;
  }

  /**
   * The job with the addresses of its pictures in the parameter {@value #URLS}: the service fetches
   * them. Nothing is fetched here for a stranger, who could mean a machine that only we can reach.
   *
   * @throws io.volccv.error.InvalidRequestException when there are other pictures, too
   */
  static Job withUrls(Job job) {
    List<String> urls = new ArrayList<>();
    for (JobPicture picture : job.pictures()) {
      if (picture instanceof JobPicture.Remote remote) {
        urls.add(remote.url());
      }
    }
    if (urls.isEmpty()) {
      return job;
    }
    if (urls.size() < job.pictures().size() || job.params().containsKey(URLS)) {
      throw QueueJobs.refused(
          "has the url of a picture beside other pictures", "write all of them as url, or none");
    }
    Map<String, Object> params = new LinkedHashMap<>(job.params());
    params.put(URLS, urls);
    return new Job(
        job.source(),
        job.name(),
        job.fields(),
        job.prompt(),
        params,
        job.inputSha256(),
        job.choices(),
        List.of());
  }

  private Path body(BytesMessage message, List<Path> own) throws JMSException, IOException {
    requireSmall(message.getBodyLength());
    Path file = file(own);
    message.reset();
    byte[] block = new byte[BLOCK];
    try (var out = Files.newOutputStream(file)) {
      for (int n = message.readBytes(block); n > 0; n = message.readBytes(block)) {
        out.write(block, 0, n);
      }
    }
    return file;
  }

  private Path decoded(JobPicture.Inline picture, List<Path> own) throws IOException {
    requireSmall(picture.base64().length() / 4 * 3L);
    Path file = file(own);
    byte[] text = picture.base64().getBytes(StandardCharsets.ISO_8859_1);
    try (InputStream in = Base64.getMimeDecoder().wrap(new ByteArrayInputStream(text));
        var out = Files.newOutputStream(file)) {
      in.transferTo(out);
    } catch (IOException e) {
      if (e.getMessage() != null && e.getMessage().matches("(?is).*base-?64.*")) {
        throw QueueJobs.refused("has a picture that is no base64", "encode the whole picture");
      }
      throw e;
    }
    return file;
  }

  private Path named(JobPicture.Named picture) {
    if (root == null) {
      throw QueueJobs.refused(
          "has the name of a file, but there is no folder of such files",
          "set queue.pictures, or send the picture itself");
    }
    Path file = root.resolve(picture.name());
    InputFile.requireReadable(file, root, maxBytes);
    return file;
  }

  private void requireSmall(long bytes) {
    if (bytes > maxBytes) {
      throw QueueJobs.refused(
          "has a picture of " + bytes + " bytes, at most " + maxBytes + " may be",
          "shrink the picture");
    }
  }

  private Path file(List<Path> own) throws IOException {
    Files.createDirectories(incoming);
    Path file = Files.createTempFile(incoming, "picture-", ".part");
    own.add(file);
    return file;
  }
}
