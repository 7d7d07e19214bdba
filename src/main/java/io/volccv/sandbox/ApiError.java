package io.volccv.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * One error as the service or the gateway before it answers it.
 *
 * @param layer who answers, which decides the envelope
 * @param code the business code, or the gateway's name of the error
 * @param codeN the gateway's number for its name; null where none is known
 * @param http the HTTP status
 * @param message the text in the envelope
 */
record ApiError(Layer layer, String code, @Nullable Integer codeN, int http, String message) {

  enum Layer {
    BUSINESS,
    GATEWAY
  }

  ApiError because(String reason) {
    return new ApiError(layer, code, codeN, http, reason);
  }

  ApiError with(int otherHttp) {
    return new ApiError(layer, code, codeN, otherHttp, message);
  }

  /** What the bill calls it: the number where there is one. */
  String billCode() {
    return codeN == null ? code : codeN.toString();
  }
}
