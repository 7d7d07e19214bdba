package io.volccv.app;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The checked configuration of one run.
 *
 * @param home where it was read
 * @param app the app's own properties as the routes see them: all keys, absolute paths
 * @param params the {@code volccv.param.*} lines by their names
 * @param camel everything else, for Camel to check
 */
record Settings(
    Home home, Map<String, String> app, Map<String, Object> params, Map<String, String> camel) {

  Settings {
    app = Collections.unmodifiableMap(new LinkedHashMap<>(app));
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    camel = Collections.unmodifiableMap(new LinkedHashMap<>(camel));
  }

  Path inbox() {
    return Path.of(app.get("volccv.inbox"));
  }

  Path outbox() {
    return Path.of(app.get("volccv.outbox"));
  }

  List<String> sources() {
    return RouteFiles.split(app.get("volccv.sources"));
  }

  List<String> sinks() {
    return RouteFiles.split(app.get("volccv.sinks"));
  }

  /** The value of one of the app's own properties. */
  String get(String key) {
    return app.get(key);
  }

  /** The same without limits on what may be spent. */
  Settings withoutBudget() {
    Map<String, String> unlimited = new LinkedHashMap<>(app);
    unlimited.keySet().removeIf(key -> key.matches("volccv\\.budget\\..*(day|total)\\..*"));
    return new Settings(home, unlimited, params, camel);
  }

  /** May hold secrets, so it says nothing of its values. */
  @Override
  public String toString() {
    return "Settings[" + home.folder() + "]";
  }
}
