package io.volccv.sandbox;

import io.volccv.sandbox.ApiError.Layer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every error that the service and its gateway are known to answer; one line each. */
final class ErrorTable {
  private static final Map<String, ApiError> BY_CODE = new LinkedHashMap<>();

  static {
    business(50200, 400, "Invalid Request Args");
    business(50201, 400, "Missing Request Args");
    business(50204, 400, "Parse Args Failed");
    business(50205, 400, "Image Size Limited");
    business(50206, 400, "Image Empty");
    business(50207, 400, "Image Decode Error");
    business(50209, 400, "Video Empty");
    business(50210, 400, "Video Decode Error");
    business(50211, 400, "Video Size Limited");
    business(50213, 400, "Request Body Size Limited");
    business(50214, 400, "Video Time Too Long");
    business(50215, 400, "Input invalid for this service.");
    business(50218, 400, "Resource exists risk");
    business(50400, 401, "Access Denied: Access Denied");
    business(50402, 400, "Request Method Error");
    business(50411, 400, "Pre Img Risk Not Pass");
    business(50412, 400, "Text Risk Not Pass");
    business(50413, 400, "Post Text Risk Not Pass");
    business(50429, 429, "Request Has Reached API Limit, Please Try Later");
    business(50430, 429, "Request Has Reached API Concurrent Limit, Please Try Later");
    business(50500, 500, "Internal Error");
    business(50501, 500, "Internal RPC Error: algorithm_base_resp status_code:100202");
    business(50511, 400, "Post Img Risk Not Pass");
    business(50512, 400, "Post Text Risk Not Pass");
    business(50513, 400, "Pre Video Risk Not Pass");
    business(50514, 400, "Pre Audio Risk Not Pass");
    business(50516, 400, "Post Video Risk Not Pass");
    business(50517, 400, "Post Audio Risk Not Pass");
    business(50518, 400, "Pre Img Risk Not Pass: Copyright");
    business(50519, 400, "Post Img Risk Not Pass: Copyright");
    business(50520, 400, "Risk Internal Error");
    business(50521, 400, "Antidirt Internal Error");
    business(50522, 400, "Image Copyright Internal Error");
    business(60102, 400, "Face Detect Failed");
    business(60208, 400, "Leader Risk Error");
    gateway(100004, "MissingRequestInfo", 400, "The request is missing timestamp information.");
    gateway(100009, "InvalidAccessKey", 401, "The access key is invalid.");
    gateway(
        100010,
        "SignatureDoesNotMatch",
        401,
        "The signature that was calculated does not match the one provided.");
    gateway(100012, "LackPolicy", 403, "The user lacks the policy for this action.");
    gateway(100013, "AccessDenied", 403, "The user is not authorized to perform this action.");
    gateway(100018, "FlowLimitExceeded", 429, "The request was throttled.");
    gateway(100024, "InvalidAuthorization", 400, "The Authorization header is malformed.");
    gateway(
        100025,
        "InvalidCredential",
        400,
        "The Credential of the Authorization header is malformed.");
    gateway(100026, "InvalidSecretToken", 401, "The security token is invalid or has expired.");
    gateway(null, "MissingParameter", 400, "The request is missing an Action or a Version.");
    gateway(
        null, "MissingAuthenticationToken", 401, "The request must carry an Authorization header.");
    gateway(null, "MissingSignature", 401, "The Authorization header has no Signature.");
    gateway(null, "InvalidTimestamp", 403, "The signature has expired or comes from the future.");
    gateway(null, "InvalidActionOrVersion", 404, "The Action or its Version does not exist.");
  }

  private ErrorTable() {}

  static ApiError business(int code) {
    return get(Integer.toString(code));
  }

  static ApiError get(String code) {
    return find(code)
        .orElseThrow(() -> new IllegalArgumentException(code + " is not in the error table"));
  }

  /**
   * By number or by the gateway's name; a number in a known range that the table lacks is a plain
   * one of its kind.
   */
  static Optional<ApiError> find(String code) {
    ApiError known = BY_CODE.get(code);
    if (known != null) {
      return Optional.of(known);
    }
    if (code.matches("[56]\\d{4}")) {
      int http = code.startsWith("505") ? 500 : 400;
      return Optional.of(new ApiError(Layer.BUSINESS, code, null, http, "Unknown Error " + code));
    }
    return Optional.empty();
  }

  private static void business(int code, int http, String message) {
    add(
        new ApiError(Layer.BUSINESS, Integer.toString(code), null, http, message),
        Integer.toString(code));
  }

  private static void gateway(@Nullable Integer codeN, String name, int http, String message) {
    ApiError error = new ApiError(Layer.GATEWAY, name, codeN, http, message);
    if (codeN == null) {
      add(error, name);
    } else {
      add(error, name, codeN.toString());
    }
  }

  private static void add(ApiError error, String... codes) {
    Arrays.stream(codes).forEach(code -> BY_CODE.put(code, error));
  }
}
