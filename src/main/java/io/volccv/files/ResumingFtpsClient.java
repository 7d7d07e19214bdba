package io.volccv.files;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPSClient;
import org.apache.commons.net.util.SSLSocketUtils;
import org.jspecify.annotations.Nullable;

/**
 * A client of FTPS whose data connections resume the TLS session of the control connection, so that
 * server and client know that the same one is at the other end. Most servers insist on it as they
 * come: {@code require_ssl_reuse} of vsftpd, {@code TLSOptions} of ProFTPD, FileZilla Server.
 *
 * <p>Java looks for a session by host and port, and a data connection has a port of its own. So the
 * socket below its TLS says that it has the port of the control connection. TLS 1.2 only: a ticket
 * of TLS 1.3 is good for one connection, and an upload never receives the next ticket.
 */
final class ResumingFtpsClient extends FTPSClient {

  private static final String[] PROTOCOLS = {"TLSv1.2"};

  private static final String TICKETS = "jdk.tls.client.enableSessionTicketExtension";

  private final SSLContext context;

  ResumingFtpsClient(boolean implicit, SSLContext context) {
    super(implicit, context);
    this.context = context;
    setEnabledProtocols(PROTOCOLS);
  }

  /**
   * Before an {@link SSLContext} is made: it is to resume sessions by their ids. With a ticket
   * vsftpd has them live for 68 years, and Java throws away what is to live for more than a week.
   */
  static void useSessionIds() {
    if (System.getProperty(TICKETS) == null) {
      System.setProperty(TICKETS, "false");
    }
  }

  @Override
  public FTPFile[] listFiles(String folder) throws IOException {
    return FtpServerComponent.whole(super.listFiles(folder), this);
  }

  /** Data connections in passive mode get their TLS below, and not from the socket factory. */
  @Override
  public void execPROT(String level) throws IOException {
    super.execPROT(level);
    if (level.equals("P")) {
      setSocketFactory(new DataSockets(getRemotePort()));
    }
  }

  @Override
  protected @Nullable Socket _openDataConnection_(String command, String arg) throws IOException {
    Socket socket = super._openDataConnection_(command, arg);
    if (!(socket instanceof DataSocket)) {
      return socket; // none; or in active mode, with TLS of its own
    }
    SSLSocket secure =
        (SSLSocket)
            context.getSocketFactory().createSocket(socket, _hostname_, socket.getPort(), true);
    try {
      if (isEndpointCheckingEnabled()) {
        SSLSocketUtils.enableEndpointNameVerification(secure);
      }
      secure.setEnabledProtocols(PROTOCOLS);
      secure.startHandshake();
      return secure;
    } catch (IOException e) {
      secure.close();
      throw e;
    }
  }

  /** A connection that says it has another port. */
  private static final class DataSocket extends Socket {
    private final int shown;

    DataSocket(int shown) {
      this.shown = shown;
    }

    @Override
    public int getPort() {
      return shown;
    }
  }

  /** Makes sockets that are not connected, which is all that the client asks for. */
  private static final class DataSockets extends SocketFactory {
    private final int port;

    DataSockets(int port) {
      this.port = port;
    }

    @Override
    public Socket createSocket() {
      return new DataSocket(port);
    }

    @Override
    public Socket createSocket(String host, int to) {
      throw connected();
    }

    @Override
    public Socket createSocket(String host, int to, InetAddress local, int from) {
      throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int to) {
      throw connected();
    }

    @Override
    public Socket createSocket(InetAddress host, int to, InetAddress local, int from) {
      throw connected();
    }

    private static UnsupportedOperationException connected() {
      return new UnsupportedOperationException("FTPClient connects its data sockets itself");
    }
  }
}
