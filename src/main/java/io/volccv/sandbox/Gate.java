package io.volccv.sandbox;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

/** Who may come in, and to which action. */
final class Gate {
  private final byte[] bearer;
  private final Signature signature;
  private final List<ApiAction> actions;

  Gate(String apiKey, Signature signature, List<ApiAction> actions) {
    this.bearer = ("Bearer " + apiKey).getBytes(StandardCharsets.UTF_8);
    this.signature = signature;
    this.actions = List.copyOf(actions);
  }

  ApiAction admit(Call call) throws Refusal {
    if (call.action() == null || call.version() == null) {
      throw new Refusal(ErrorTable.get("MissingParameter"));
    }
    ApiAction action =
        actions.stream()
            .filter(a -> a.name().equals(call.action()) && a.version().equals(call.version()))
            .findFirst()
            .orElseThrow(() -> new Refusal(ErrorTable.get("InvalidActionOrVersion")));
    switch (call.door()) {
      case GATEWAY -> checkBearer(call);
      case VENDOR -> checkSignature(call);
    }
    return action;
  }

  private void checkBearer(Call call) throws Refusal {
    byte[] given =
        Objects.requireNonNullElse(call.headers().get("authorization"), "")
            .getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(bearer, given)) {
      throw Refusal.of(50400, "Access Denied: the key is missing or wrong");
    }
  }

  private void checkSignature(Call call) throws Refusal {
    ApiError error = signature.check(call.signed()).orElse(null);
    if (error != null) {
      throw new Refusal(error);
    }
  }
}
