package io.volccv.files;

import io.volccv.error.Printable;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.apache.camel.component.file.GenericFileOperationFailedException;
import org.apache.camel.util.URISupport;

/** Why an FTP or SFTP server cannot be used, in one line for its operator. */
final class RemoteReason {

  private static final int LOGIN_REFUSED = 530;

  private RemoteReason() {}

  static String of(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      String text = String.valueOf(t.getMessage());
      if (t instanceof GenericFileOperationFailedException ftp && ftp.getCode() == LOGIN_REFUSED) {
        return "the login was refused; check user and password";
      }
      if (text.startsWith("Auth fail") || text.startsWith("Auth cancel")) {
        return "the login was refused; check user, password and private key";
      }
      if (text.contains("HostKey") && text.contains("changed")) {
        return "the host key has changed, so this may be another server; "
            + "if that is right, replace its line in the file of known hosts";
      }
      if (text.contains("HostKey") || text.startsWith("reject HostKey")) {
        return "the host key is not in the file of known hosts; "
            + "add it with ssh-keyscan, and compare its fingerprint";
      }
      if (t instanceof UnknownHostException) {
        return "there is no host " + Printable.shorten(text, 200) + "; check host";
      }
      if (t instanceof javax.net.ssl.SSLException) {
        return "no secure connection (" + shown(text) + "); check tls and the certificate";
      }
      if (t instanceof ConnectException || t instanceof SocketTimeoutException) {
        return "cannot be reached (" + shown(text) + ")";
      }
    }
    return deepest(failure);
  }

  private static String deepest(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage();
    if (root instanceof GenericFileOperationFailedException ftp && ftp.getReason() != null) {
      text = ftp.getCode() + " " + ftp.getReason();
    }
    return text == null ? root.getClass().getSimpleName() : shown(text);
  }

  /** A server may say anything, and Camel's messages may have an endpoint in them. */
  private static String shown(String text) {
    return Printable.shorten(URISupport.sanitizeUri(text.strip()), 300);
  }
}
