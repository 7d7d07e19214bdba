package io.volccv.app;

import io.volccv.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/** A real SFTP server on a folder; it can be stopped and started again on the same port. */
final class SftpTestServer implements TestServer {
  static final String USER = "operator";
  static final String PASSWORD = "pa$$ &+%=#w0rd";

  private final Path root;
  private final Path knownHosts;
  private final KeyPair login;
  private KeyPair hostKey;
  private SftpFileSystemAccessor files = SftpFileSystemAccessor.DEFAULT;
  private final int port = FreePorts.next();
  private SshServer server;

  SftpTestServer(Path root) throws Exception {
    this(root, null);
  }

  /**
   * @param login the key that may log in; null when a password is asked
   */
  SftpTestServer(Path root, KeyPair login) throws Exception {
    this.root = Files.createDirectories(root);
    this.login = login;
    this.hostKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    this.knownHosts = root.resolveSibling(root.getFileName() + ".known_hosts");
    Files.createDirectories(root.resolve("inbox"));
  }

  SftpTestServer withFiles(SftpFileSystemAccessor accessor) {
    this.files = accessor;
    return this;
  }

  /** As if it were another machine. */
  void changeHostKey() throws Exception {
    hostKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
  }

  @Override
  public SftpTestServer start() throws Exception {
    server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(port);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    if (login == null) {
      server.setPasswordAuthenticator(
          (user, password, session) -> USER.equals(user) && PASSWORD.equals(password));
    } else {
      server.setPublickeyAuthenticator(
          (user, key, session) ->
              USER.equals(user) && KeyUtils.compareKeys(key, login.getPublic()));
    }
    server.setFileSystemFactory(new VirtualFileSystemFactory(root));
    server.setSubsystemFactories(
        List.of(new SftpSubsystemFactory.Builder().withFileSystemAccessor(files).build()));
    server.start();
    if (Files.notExists(knownHosts)) {
      Files.writeString(
          knownHosts,
          "[127.0.0.1]:" + port + " " + PublicKeyEntry.toString(hostKey.getPublic()) + "\n");
    }
    return this;
  }

  @Override
  public Path root() {
    return root;
  }

  Path knownHosts() {
    return knownHosts;
  }

  @Override
  public String kind() {
    return "sftp";
  }

  @Override
  public List<String> config(String prefix) {
    return new ArrayList<>(
        List.of(
            prefix + "host=127.0.0.1",
            prefix + "port=" + port,
            prefix + "user=" + USER,
            prefix + "password=" + (login == null ? "{{env:SFTP_PASSWORD:}}" : ""),
            prefix + "knownHosts=" + knownHosts,
            prefix + "minAge=200ms",
            prefix + "delay=100ms"));
  }

  @Override
  public void stop() throws IOException {
    if (server != null) {
      server.stop(true);
    }
  }
}
