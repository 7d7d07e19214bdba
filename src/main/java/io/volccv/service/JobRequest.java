package io.volccv.service;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.volccv.files.Hashes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a request asks for.
 *
 * @param values the fields of the job; a picture that came along is {@code {"file": NAME}}
 * @param uploads the pictures that came along, on the disk, by that name
 */
record JobRequest(Map<String, Object> values, Map<String, Path> uploads) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  /** The same for the same fields and the same pictures, however they were sent. */
  String fingerprint() throws java.io.IOException {
    Map<String, Object> asked = new TreeMap<>(values);
    asked.remove("jobKey");
    asked.put("pictures", pictures(Hashes::sha256));
    return Hashes.sha256(JSON.writeValueAsBytes(asked));
  }

  /**
   * The job for the queue.
   *
   * @param root where its pictures are, below the root that all jobs share
   */
  String json(String id, String root) throws java.io.IOException {
    Map<String, Object> job = new LinkedHashMap<>(values);
    job.put("jobKey", id);
    job.putIfAbsent("name", id.replace(':', '_'));
    List<Object> pictures = pictures(file -> root + "/" + file.getFileName());
    if (!pictures.isEmpty()) {
      job.put("pictures", pictures);
    }
    try {
      return JSON.writeValueAsString(job);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("values of JSON are no JSON", e);
    }
  }

  private interface Name {
    String of(Path file) throws java.io.IOException;
  }

  private List<Object> pictures(Name name) throws java.io.IOException {
    List<Object> pictures = new ArrayList<>();
    for (Object picture : values.get("pictures") instanceof List<?> list ? list : List.of()) {
      Path file =
          picture instanceof Map<?, ?> map && map.get("file") instanceof String text
              ? uploads.get(text)
              : null;
      pictures.add(file == null ? picture : Map.of("file", name.of(file)));
    }
    return pictures;
  }
}
