package io.volccv.sandbox;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/** Ends a connection in the two ways in which networks end them. */
final class Cut {
  private Cut() {}

  /** An orderly end: what was written arrives, and then nothing. */
  static void close(Request request, Callback callback) {
    request.getConnectionMetaData().getConnection().getEndPoint().close();
    callback.failed(new EofException("closed by a fault"));
  }

  /** A reset: the client's next write or read fails, even if it has more to send. */
  static void reset(Request request, Callback callback) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    if (endPoint.getTransport() instanceof SocketChannel channel) {
      try {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      } catch (IOException e) {
        // The client was faster and is gone, which is as cut as it can be.
        callback.failed(e);
        return;
      }
    }
    close(request, callback);
  }
}
