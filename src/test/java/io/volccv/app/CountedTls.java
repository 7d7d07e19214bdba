package io.volccv.app;

import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.apache.ftpserver.ssl.ClientAuth;
import org.apache.ftpserver.ssl.SslConfiguration;

/** The TLS of a server, which counts how often it had to show its certificate. */
final class CountedTls implements SslConfiguration {
  private final AtomicInteger shown = new AtomicInteger();
  private final SSLContext context;

  CountedTls() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(TestCertificate.keyStore())) {
      store.load(in, TestCertificate.PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, TestCertificate.PASSWORD.toCharArray());
    context = SSLContext.getInstance("TLS");
    context.init(
        new KeyManager[] {new Counting((X509ExtendedKeyManager) keys.getKeyManagers()[0])},
        null,
        null);
  }

  /** A session that is resumed needs no certificate. */
  int newSessions() {
    return shown.get();
  }

  @Override
  public SSLSocketFactory getSocketFactory() {
    return context.getSocketFactory();
  }

  @Override
  public SSLContext getSSLContext() {
    return context;
  }

  @Override
  public SSLContext getSSLContext(String protocol) {
    return context;
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return null;
  }

  @Override
  public String getEnabledProtocol() {
    return null;
  }

  @Override
  public String[] getEnabledProtocols() {
    return null;
  }

  @Override
  public ClientAuth getClientAuth() {
    return ClientAuth.NONE;
  }

  private final class Counting extends X509ExtendedKeyManager {
    private final X509ExtendedKeyManager real;

    Counting(X509ExtendedKeyManager real) {
      this.real = real;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      shown.incrementAndGet();
      return real.getPrivateKey(alias);
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
      return real.chooseEngineServerAlias(type, issuers, engine);
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      return real.chooseServerAlias(type, issuers, socket);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return real.getCertificateChain(alias);
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      return real.getServerAliases(type, issuers);
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return real.getClientAliases(type, issuers);
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return real.chooseClientAlias(types, issuers, socket);
    }
  }
}
