package io.volccv.app;

import java.util.List;

/**
 * One property of the app itself. A new one is a line in {@link #ALL}.
 *
 * @param key its name in {@code config/application.properties}
 * @param fallback its value when nothing is written
 * @param check what its value has to be
 */
record Setting(String key, String fallback, Check check) {
  static final List<Setting> ALL =
      List.of(
          new Setting("volccv.inbox", "data/inbox", Checks::folder),
          new Setting("volccv.outbox", "data/outbox", Checks::folder),
          new Setting("volccv.done", "data/done", Checks::folder),
          new Setting("volccv.failed", "data/failed", Checks::folder),
          new Setting("volccv.rejected", "data/rejected", Checks::folder),
          new Setting("volccv.invalid", "data/invalid", Checks::folder),
          new Setting("volccv.unknown", "data/unknown", Checks::folder),
          new Setting("volccv.spool", "data/spool", Checks::folder),
          new Setting("volccv.sources", "folder", Checks.routes("from")),
          new Setting("volccv.sinks", "folder", Checks.routes("to")),
          new Setting("volccv.reqKey", "", Checks::text),
          new Setting("volccv.reqKeys", "", (home, key, value) -> value),
          new Setting("volccv.operation", "generate", Checks.oneOf("generate", "process")),
          new Setting("volccv.prompt", "", Checks::text),
          new Setting("volccv.params", "", Checks::paramsFile),
          new Setting("volccv.prepare", "on", Checks.oneOf("on", "off")),
          new Setting("volccv.provenance", "picture", Checks.oneOf("picture", "beside")),
          new Setting("volccv.ledger", "jdbc:sqlite:data/ledger.db", LedgerSettings::check),
          new Setting("volccv.quota.account", "main", Checks::text),
          new Setting("volccv.quota.rate", "", LedgerSettings.number("0.001", "10000", 3)),
          new Setting("volccv.quota.concurrency", "", LedgerSettings.number("1", "100000", 0)),
          new Setting("volccv.quota.maxWaiting", "1000", LedgerSettings.number("1", "1000000", 0)),
          new Setting("volccv.budget.day.cny", "", LedgerSettings.number("0", "1000000000", 3)),
          new Setting("volccv.budget.day.images", "", LedgerSettings.number("0", "1000000000", 0)),
          new Setting("volccv.budget.total.cny", "", LedgerSettings.number("0", "1000000000", 3)),
          new Setting(
              "volccv.budget.total.images", "", LedgerSettings.number("0", "1000000000", 0)),
          new Setting("volccv.budget.pricePerCall", "", LedgerSettings.number("0", "100000", 3)),
          new Setting("volccv.budget.zone", "Asia/Shanghai", LedgerSettings::zone));

  /** What the property {@code key} has to be. */
  static Check check(String key) {
    return ALL.stream()
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(key))
        .check();
  }

  /** What may be written, and what the routes get to see of it. */
  @FunctionalInterface
  interface Check {
    /**
     * Takes a value or refuses it.
     *
     * @return the value as the routes need it, for example an absolute path
     * @throws ConfigException when it can't work
     */
    String apply(Home home, String key, String value);
  }
}
