package io.volccv.app;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * The app's home, below which all relative paths of the configuration lie.
 *
 * @param folder absolute and normalised
 */
record Home(Path folder) {

  Home {
    folder = folder.toAbsolutePath().normalize();
  }

  /**
   * The folder that was asked for, else the one that the app was unpacked to.
   *
   * @param asked the value of {@code --home}, null without one
   * @throws ConfigException when it is not a folder
   */
  static Home find(@Nullable Path asked) {
    Home home = new Home(asked == null ? ofTheApp() : asked);
    if (!Files.isDirectory(home.folder)) {
      throw new ConfigException(
          "--home",
          home.folder + " is not a folder",
          "write the folder that holds routes/ and config/");
    }
    return home;
  }

  private static Path ofTheApp() {
    CodeSource source = Home.class.getProtectionDomain().getCodeSource();
    try {
      Path place = source == null ? Path.of("") : Path.of(source.getLocation().toURI());
      // Run from classes (an IDE, a test) there is no unpacked app: the working folder is the
      // project.
      return Files.isRegularFile(place) ? place.toAbsolutePath().getParent() : Path.of("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException("cannot tell where " + source + " is", e);
    }
  }

  /** A path of the configuration: as it is when absolute, else below the home. */
  Path resolve(String path) {
    return folder.resolve(path).normalize();
  }

  /** The same path as the operator knows it: relative where it lies below the home. */
  String display(Path path) {
    return path.startsWith(folder) && !path.equals(folder)
        ? folder.relativize(path).toString()
        : path.toString();
  }

  /** A path as the operator's shell knows it: relative where it lies below the working folder. */
  static String fromHere(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) && !path.equals(here)
        ? here.relativize(path).toString()
        : path.toString();
  }

  Path config() {
    return resolve("config/application.properties");
  }

  Path routes() {
    return resolve("routes");
  }

  Path samples() {
    return resolve("samples");
  }
}
