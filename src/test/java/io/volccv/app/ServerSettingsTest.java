package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerSettingsTest {

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ftp.host | '' | config: ftp.host: is not set; write ftp.host=... in config/application.properties
          ftp.host | ftp://x/ | config: ftp.host: 'ftp://x/' is no host; write its name or IPv4 address alone
          ftp.port | 70000 | config: ftp.port: '70000' is no port; write 1 to 65535
          ftp.tls | yes | config: ftp.tls: 'yes' is not known; write none or explicit or implicit
          ftp.hosst | x | config: ftp.hosst: there is no such property; did you mean ftp.host?
          ftp.inbox | ../x | config: ftp.inbox: '../x' is no folder on a server; write for example photos/inbox
          ftp.done | inbox/done | config: ftp.done: lies in the inbox, so that what is written there becomes an input again; write a folder outside of inbox
          ftp.minAge | soon | config: ftp.minAge: 'soon' is neither a number nor a duration; write for example 5000 or 5s
          ftp.instances | a b | config: ftp.instances: 'a b' is no name; write letters, digits and dashes
          sftp.knownHosts | none | config: sftp.knownHosts: there is no readable file none; write the path of one
          sftp.privateKey | none | config: sftp.privateKey: there is no readable file none; write the path of one
          webhook.url | http://example.com/ | config: webhook.url: would send the pictures in the clear; write https://HOST/PATH
          webhook.url | nonsense | config: webhook.url: is no web address of host and path; write https://HOST/PATH
          webhook.secret | '' | config: webhook.secret: is not set; write webhook.secret=... in config/application.properties
          webhook.secret | whsec_%% | config: webhook.secret: begins with whsec_, but is no base64 after that; copy it again
          webhook.content | all | config: webhook.content: 'all' is not known; write picture or place
          """)
  void aMistakeIsOneLineThatSaysWhatToWrite(String key, String value, String line)
      throws IOException {
    Map<String, String> lines = complete();
    lines.put(key, value);

    assertThatThrownBy(() -> check(lines)).isInstanceOf(ConfigException.class).hasMessage(line);
  }

  @Test
  void whatIsOffNeedsNoLines() {
    ServerSettings.Checked off =
        new ServerSettings(new Home(folder), Map.of()).check(List.of("folder"), List.of("folder"));

    assertThat(off.app()).isEmpty();
    assertThat(off.camel()).isEmpty();
  }

  @Test
  void theOutcomesLieBesideTheInbox() throws IOException {
    Map<String, String> lines = complete();
    lines.put("ftp.inbox", "/photos/in/");
    Map<String, String> app = check(lines).app();

    assertThat(app)
        .containsEntry("ftp.main.inbox", "/photos/in")
        .containsEntry("ftp.main.done", "/photos/done")
        .containsEntry("ftp.main.unknown", "/photos/unknown")
        .containsEntry("sftp.main.done", "done")
        .containsEntry("ftp.main.port", "21")
        .containsEntry("ftp.main.delay", "5000");
  }

  private ServerSettings.Checked check(Map<String, String> lines) {
    return new ServerSettings(new Home(folder), lines)
        .check(List.of("ftp", "sftp"), List.of("ftp", "sftp", "webhook"));
  }

  private Map<String, String> complete() throws IOException {
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(folder.resolve("config/known_hosts"), "");
    return new LinkedHashMap<>(
        Map.of(
            "ftp.host", "ftp.example.com",
            "ftp.user", "studio",
            "sftp.host", "sftp.example.com",
            "sftp.user", "studio",
            "webhook.url", "https://example.com/hook",
            "webhook.secret", "a secret"));
  }
}
