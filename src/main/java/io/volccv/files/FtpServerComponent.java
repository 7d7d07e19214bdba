package io.volccv.files;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.remote.CamelFTPParserFactory;
import org.apache.camel.component.file.remote.FtpComponent;
import org.apache.camel.component.file.remote.FtpConfiguration;
import org.apache.camel.component.file.remote.FtpEndpoint;
import org.apache.camel.component.file.remote.FtpEndpointConfigurer;
import org.apache.camel.component.file.remote.FtpUtils;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;
import org.apache.commons.net.ftp.FTPReply;

/**
 * Camel's component {@code ftp}, for which a listing that failed is an error. The client itself
 * takes it for an empty folder, and nobody would hear why no photo is taken.
 */
public final class FtpServerComponent extends FtpComponent {

  @Override
  protected GenericFileEndpoint<FTPFile> buildFileEndpoint(
      String uri, String remaining, Map<String, Object> parameters) throws Exception {
    FtpConfiguration configuration = new FtpConfiguration(new URI(getBaseUri(uri)));
    FtpUtils.ensureRelativeFtpDirectory(this, configuration);
    FtpEndpoint<FTPFile> endpoint = new Server(uri, this, configuration);
    extractAndSetFtpClientConfigParameters(parameters, endpoint);
    extractAndSetFtpClientParameters(parameters, endpoint);
    return endpoint;
  }

  /** That of Camel's endpoint, which Camel looks for by an annotation of the component. */
  @Override
  public PropertyConfigurer getEndpointPropertyConfigurer() {
    return new FtpEndpointConfigurer();
  }

  /**
   * What the client listed.
   *
   * @throws IOException what the server said at the end, when that was no success
   */
  static FTPFile[] whole(FTPFile[] files, FTPClient client) throws IOException {
    if (!FTPReply.isPositiveCompletion(client.getReplyCode())) {
      throw new IOException("the folder cannot be listed: " + client.getReplyString().strip());
    }
    return files;
  }

  private static final class Server extends FtpEndpoint<FTPFile> {
    Server(String uri, FtpServerComponent component, FtpConfiguration configuration) {
      super(uri, component, configuration);
    }

    @Override
    protected FTPClient createFtpClient() {
      FTPClient client = new Client();
      client.setParserFactory(new CamelFTPParserFactory(getCamelContext().getClassResolver()));
      return client;
    }
  }

  private static final class Client extends FTPClient {
    @Override
    public FTPFile[] listFiles(String folder) throws IOException {
      return whole(super.listFiles(folder), this);
    }
  }
}
