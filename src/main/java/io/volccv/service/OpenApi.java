package io.volccv.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.files.JobReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The description of the door for programs: OpenAPI 3.1, with the schema of jobs as it is. */
final class OpenApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OpenApi() {}

  static byte[] document() throws IOException {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      ObjectNode document = (ObjectNode) JSON.readTree(in);
      ObjectNode job = JobReader.schema();
      job.remove("$schema");
      job.remove("$id");
      JsonNode moved =
          JSON.readTree(
              job.toString().replace("\"#/properties/", "\"#/components/schemas/Job/properties/"));
      ((ObjectNode) document.at("/components/schemas")).set("Job", moved);
      return document.toPrettyString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
