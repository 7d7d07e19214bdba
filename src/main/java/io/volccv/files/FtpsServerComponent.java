package io.volccv.files;

import java.net.URI;
import java.util.Map;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.remote.CamelFTPParserFactory;
import org.apache.camel.component.file.remote.FtpUtils;
import org.apache.camel.component.file.remote.FtpsComponent;
import org.apache.camel.component.file.remote.FtpsConfiguration;
import org.apache.camel.component.file.remote.FtpsEndpoint;
import org.apache.camel.component.file.remote.FtpsEndpointConfigurer;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.commons.net.ftp.FTPClient;
import org.apache.commons.net.ftp.FTPFile;

/**
 * Camel's component {@code ftps} with the client that real servers want, see {@link
 * ResumingFtpsClient}. Its endpoints need the option {@code sslContextParameters}.
 */
public final class FtpsServerComponent extends FtpsComponent {

  @Override
  protected GenericFileEndpoint<FTPFile> buildFileEndpoint(
      String uri, String remaining, Map<String, Object> parameters) throws Exception {
    FtpsConfiguration configuration = new FtpsConfiguration(new URI(getBaseUri(uri)));
    FtpUtils.ensureRelativeFtpDirectory(this, configuration);
    FtpsEndpoint endpoint = new Server(uri, this, configuration);
    extractAndSetFtpClientConfigParameters(parameters, endpoint);
    extractAndSetFtpClientParameters(parameters, endpoint);
    return endpoint;
  }

  /** That of Camel's endpoint, which Camel looks for by an annotation of the component. */
  @Override
  public PropertyConfigurer getEndpointPropertyConfigurer() {
    return new FtpsEndpointConfigurer();
  }

  private static final class Server extends FtpsEndpoint {
    Server(String uri, FtpsServerComponent component, FtpsConfiguration configuration) {
      super(uri, component, configuration);
    }

    @Override
    protected FTPClient createFtpClient() throws Exception {
      if (getSslContextParameters() == null) {
        throw new IllegalArgumentException(
            "sslContextParameters is not set; write #class:" + ServerTrust.class.getName());
      }
      ResumingFtpsClient.useSessionIds();
      FTPClient client =
          new ResumingFtpsClient(
              getFtpsConfiguration().isImplicit(),
              getSslContextParameters().createSSLContext(getCamelContext()));
      client.setParserFactory(new CamelFTPParserFactory(getCamelContext().getClassResolver()));
      return client;
    }
  }
}
