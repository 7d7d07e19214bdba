package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomeTest {
  @TempDir Path folder;

  @Test
  void theHomeThatIsAskedForIsTaken() {
    assertThat(Home.find(folder).folder()).isEqualTo(folder);
  }

  @Test
  void runFromClassesTheHomeIsTheWorkingFolder() {
    assertThat(Home.find(null).folder()).isEqualTo(Path.of("").toAbsolutePath());
  }

  @Test
  void aHomeThatIsNoFolderIsRefused() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> Home.find(folder.resolve("no")))
        .withMessage(
            "config: --home: %s is not a folder; write the folder that holds routes/ and config/",
            folder.resolve("no"));
  }

  @Test
  void pathsBelowTheHomeAreShownAsTheOperatorWritesThem() {
    Home home = new Home(folder);

    assertThat(home.display(folder.resolve("data/inbox"))).isEqualTo("data/inbox");
    assertThat(home.display(folder.getParent())).isEqualTo(folder.getParent().toString());
    assertThat(home.display(folder)).isEqualTo(folder.toString());
  }

  @Test
  void onlyOneAppWorksInAHome() throws IOException {
    Home home = new Home(folder);
    try (HomeLock lock = HomeLock.take(home, home.resolve("data"))) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> HomeLock.take(home, home.resolve("data")))
          .withMessage(
              "config: data/app.lock: another volccv (process %d) works in this home; "
                  + "stop it, or give this one its own folder with --home",
              ProcessHandle.current().pid());
    }
    HomeLock.take(home, home.resolve("data")).close();
  }
}
