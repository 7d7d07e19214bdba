package io.volccv.ledger;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The homes of a class's tests: each is removed after its test, and the server of databases stops
 * after the last one. A static field with {@code @RegisterExtension}.
 */
final class LedgerHomes implements AfterEachCallback, AfterAllCallback {
  private final List<LedgerHome> homes = new ArrayList<>();

  LedgerHome of(LedgerHome.Kind kind) throws IOException, SQLException {
    LedgerHome home = LedgerHome.of(kind);
    homes.add(home);
    return home;
  }

  @Override
  public void afterEach(ExtensionContext test) throws IOException {
    for (LedgerHome home : homes) {
      home.close();
    }
    homes.clear();
  }

  @Override
  public void afterAll(ExtensionContext tests) throws IOException {
    LedgerHome.stopServer();
  }
}
