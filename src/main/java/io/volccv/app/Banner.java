package io.volccv.app;

import java.util.List;
import java.util.stream.Collectors;

/** What an operator wants to see when the app starts: from where, to where, with whom. */
final class Banner {
  private Banner() {}

  static List<String> lines(Settings settings, String baseUrl) {
    return List.of(
        "watching  " + ends(settings, settings.sources(), "volccv.inbox"),
        "results   " + ends(settings, settings.sinks(), "volccv.outbox"),
        "endpoint  " + baseUrl + "  (" + settings.get("volccv.reqKey") + ")");
  }

  private static String ends(Settings settings, List<String> names, String folderKey) {
    return names.stream()
        .map(name -> name.equals("folder") ? settings.get(folderKey) : name)
        .collect(Collectors.joining(", "));
  }
}
