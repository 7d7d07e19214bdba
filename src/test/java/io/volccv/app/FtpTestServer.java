package io.volccv.app;

import io.volccv.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.ftpserver.DataConnectionConfigurationFactory;
import org.apache.ftpserver.FtpServer;
import org.apache.ftpserver.FtpServerFactory;
import org.apache.ftpserver.filesystem.nativefs.NativeFileSystemFactory;
import org.apache.ftpserver.ftplet.Authority;
import org.apache.ftpserver.ftplet.DefaultFtplet;
import org.apache.ftpserver.ftplet.FileSystemFactory;
import org.apache.ftpserver.ftplet.Ftplet;
import org.apache.ftpserver.listener.ListenerFactory;
import org.apache.ftpserver.usermanager.impl.BaseUser;
import org.apache.ftpserver.usermanager.impl.ConcurrentLoginPermission;
import org.apache.ftpserver.usermanager.impl.TransferRatePermission;
import org.apache.ftpserver.usermanager.impl.WritePermission;

/** A real FTP server on a folder; it can be stopped and started again on the same port. */
final class FtpTestServer implements TestServer {
  static final String USER = "operator";
  static final String PASSWORD = "pa$$ &+%=#w0rd";

  private final Path root;
  private final String tls;
  private final int port;
  private int bytesPerSecond;
  private Ftplet ftplet = new DefaultFtplet();
  private UnaryOperator<FileSystemFactory> files = UnaryOperator.identity();
  private FtpServer server;
  private CountedTls counted;

  FtpTestServer(Path root, String tls) throws IOException {
    this.root = Files.createDirectories(root);
    this.tls = tls;
    this.port = FreePorts.next();
    Files.createDirectories(root.resolve("inbox"));
  }

  FtpTestServer slow(int bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    return this;
  }

  FtpTestServer with(Ftplet watcher) {
    this.ftplet = watcher;
    return this;
  }

  FtpTestServer withFiles(UnaryOperator<FileSystemFactory> change) {
    this.files = change;
    return this;
  }

  @Override
  public FtpTestServer start() throws Exception {
    FtpServerFactory factory = new FtpServerFactory();
    ListenerFactory listener = new ListenerFactory();
    listener.setPort(port);
    listener.setServerAddress("127.0.0.1");
    DataConnectionConfigurationFactory data = new DataConnectionConfigurationFactory();
    data.setPassiveAddress("127.0.0.1");
    if (!tls.equals("none")) {
      CountedTls one = new CountedTls();
      counted = one;
      listener.setSslConfiguration(one);
      listener.setImplicitSsl(tls.equals("implicit"));
      data.setSslConfiguration(one);
      data.setImplicitSsl(true);
    }
    listener.setDataConnectionConfiguration(data.createDataConnectionConfiguration());
    factory.addListener("default", listener.createListener());
    BaseUser user = new BaseUser();
    user.setName(USER);
    user.setPassword(PASSWORD);
    user.setHomeDirectory(root.toString());
    List<Authority> may =
        new ArrayList<>(List.of(new WritePermission(), new ConcurrentLoginPermission(0, 0)));
    may.add(new TransferRatePermission(bytesPerSecond, bytesPerSecond));
    user.setAuthorities(may);
    factory.getUserManager().save(user);
    factory.setFtplets(new HashMap<>(Map.of("test", ftplet)));
    factory.setFileSystem(files.apply(new NativeFileSystemFactory()));
    server = factory.createServer();
    server.start();
    return this;
  }

  /** How often a TLS session was begun and not resumed. */
  int newSessions() {
    return counted.newSessions();
  }

  @Override
  public Path root() {
    return root;
  }

  @Override
  public String kind() {
    return "ftp";
  }

  @Override
  public List<String> config(String prefix) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                prefix + "host=127.0.0.1",
                prefix + "port=" + port,
                prefix + "user=" + USER,
                prefix + "password={{env:FTP_PASSWORD:}}",
                prefix + "tls=" + tls,
                prefix + "minAge=200ms",
                prefix + "delay=100ms"));
    if (!tls.equals("none")) {
      lines.add(prefix + "trustedCertificates=" + TestCertificate.pem());
    }
    return lines;
  }

  @Override
  public void stop() {
    if (server != null && !server.isStopped()) {
      server.stop();
    }
  }
}
