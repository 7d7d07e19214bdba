package io.volccv.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.UnreachableException;
import io.volccv.model.Content;
import io.volccv.model.HttpCall;
import io.volccv.model.ReplyHead;
import io.volccv.model.ReplySink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the wire, seen from raw sockets. */
final class HttpTransportTest {

  private static final byte[] ANSWER =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(UTF_8);

  @TempDir Path folder;

  private ServerSocket server;
  private HttpTransport transport;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    transport = transport(uri());
  }

  @AfterEach
  void stop() throws IOException {
    transport.close();
    server.close();
  }

  @Test
  void theLastBlockIsHeldBackUntilTheGateOpens() throws Exception {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    AtomicReference<String> received = new AtomicReference<>("");
    serve(
        socket -> {
          StringBuilder text = new StringBuilder();
          InputStream in = socket.getInputStream();
          while (!text.toString().endsWith("{\"a\":1}")) {
            text.append((char) in.read());
            received.set(text.toString());
          }
          socket.getOutputStream().write(ANSWER);
        });

    CompletionStage<String> answer = transport.send(call("{\"a\":1}"), () -> gate, new TextSink());

    await().until(() -> received.get().contains("\r\n\r\n"));
    assertThat(received.get()).contains("Content-Length: 7").endsWith("\r\n\r\n");
    gate.complete(null);
    assertThat(answer.toCompletableFuture().get()).isEqualTo("ok");
  }

  @Test
  void aGateThatFailsLetsNothingOut() throws Exception {
    AtomicReference<String> received = new AtomicReference<>("");
    CompletableFuture<Void> closed =
        serve(
            socket -> {
              InputStream in = socket.getInputStream();
              for (int b = in.read(); b >= 0; b = in.read()) {
                received.set(received.get() + (char) b);
              }
            });
    IllegalStateException fenced = new IllegalStateException("not ours any more");

    CompletionStage<String> answer =
        transport.send(
            call("{\"a\":1}"), () -> CompletableFuture.failedFuture(fenced), new TextSink());

    assertThat(failure(answer)).isSameAs(fenced);
    await().until(closed::isDone);
    assertThat(received.get()).doesNotContain("{");
  }

  @Test
  void whatWasClosedUnusedSendsNothing() throws Exception {
    transport.close();

    CompletionStage<String> answer = send(call("{}"), new TextSink());

    assertThat(failure(answer)).isInstanceOf(UnreachableException.class);
  }

  @Test
  void aConnectionThatIsCutBeforeTheLastBlockIsNotExecuted() throws Exception {
    serve(
        socket -> {
          socket.getInputStream().read();
          socket.setSoLinger(true, 0);
        });

    CompletionStage<String> answer =
        transport.send(call("{\"a\":1}"), CompletableFuture::new, new TextSink());

    assertThat(failure(answer)).isInstanceOf(UnreachableException.class);
  }

  @Test
  void aConnectionThatIsCutAfterwardsIsUnknown() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    serve(
        socket -> {
          readRequest(socket);
          requests.incrementAndGet();
        });

    CompletionStage<String> answer = send(call("{\"a\":1}"), new TextSink());

    assertThat(failure(answer)).isInstanceOf(OutcomeUnknownException.class);
    assertThat(requests).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308, 429, 503})
  void neitherARedirectNorABusyServerMakesItSendAgain(int status) throws Exception {
    AtomicInteger requests = new AtomicInteger();
    serve(
        socket -> {
          readRequest(socket);
          requests.incrementAndGet();
          socket
              .getOutputStream()
              .write(
                  ("HTTP/1.1 "
                          + status
                          + " X\r\nLocation: /elsewhere\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\nno")
                      .getBytes(UTF_8));
          readRequest(socket);
          requests.incrementAndGet();
        });

    TextSink sink = new TextSink();
    assertThat(send(call("{\"a\":1}"), sink).toCompletableFuture().get()).isEqualTo("no");

    assertThat(sink.status).isEqualTo(status);
    assertThat(requests).hasValue(1);
  }

  /** Whether the pool or the first bytes meet the close is up to the system; both are harmless. */
  @Test
  void aConnectionThatTheServerClosedWhileIdleNeverMakesACallUnknown() throws Exception {
    AtomicInteger requests = new AtomicInteger();
    Service oneAnswer =
        socket -> {
          readRequest(socket);
          requests.incrementAndGet();
          socket.getOutputStream().write(ANSWER);
        };
    for (int i = 0; i < 20; i++) {
      CompletableFuture<Void> closed = serve(oneAnswer);
      assertThat(sendAgainIfNotExecuted(call("{\"a\":" + i + "}"))).isEqualTo("ok");
      closed.get(10, TimeUnit.SECONDS);
    }
    assertThat(requests).hasValue(20);
  }

  /** Sends once more what was provably not executed, as a route does. */
  private String sendAgainIfNotExecuted(HttpCall call) throws Exception {
    try {
      return send(call, new TextSink()).toCompletableFuture().get();
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(UnreachableException.class);
      return send(call, new TextSink()).toCompletableFuture().get();
    }
  }

  @Test
  void aPictureThatChangesWhileItIsSentIsRefusedBeforeTheLastBlock() throws Exception {
    Path file = Files.write(folder.resolve("growing"), new byte[100_000]);
    Content content = Content.of(file);
    Files.write(file, new byte[50_000]);
    serve(socket -> socket.getInputStream().readAllBytes());

    CompletionStage<String> answer = send(new HttpCall(uri(), Map.of(), content), new TextSink());

    assertThat(failure(answer))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it became shorter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/a.png",
        "ftp://example.com/a.png",
        "http://127.0.0.1/a.png",
      })
  void aResultUrlThatIsNotHttpsIsRefused(String url) throws Exception {
    assertThat(failure(transport.fetch(URI.create(url), new TextSink())))
        .isInstanceOf(MalformedReplyException.class)
        .hasMessageContaining("not https");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/a",
        "https://127.1/a",
        "https://2130706433/a",
        "https://localhost/a",
        "https://10.1.2.3/a",
        "https://172.16.0.1/a",
        "https://192.168.1.1/a",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/a",
        "https://0.0.0.0/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://[fd00::1]/a",
        "https://[fe80::1]/a",
        "https://[64:ff9b::7f00:1]/a",
      })
  void aResultUrlThatLeadsToAPrivateAddressIsRefused(String url) throws Exception {
    try (HttpTransport strict = transport(URI.create("https://visual.volcengineapi.com/"))) {
      assertThat(failure(strict.fetch(URI.create(url), new TextSink())))
          .isInstanceOf(MalformedReplyException.class)
          .hasMessageContaining("the result's URL is refused: it ");
    }
  }

  @Test
  void anAnswerBeforeTheRequestIsCompleteMeansNotExecuted() throws Exception {
    serve(
        socket -> {
          while (socket.getInputStream().read() != '\n') {}
          socket
              .getOutputStream()
              .write("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno".getBytes(UTF_8));
          socket.getInputStream().readAllBytes();
        });
    ReplySink<String> refusing =
        new TextSink() {
          @Override
          public String end() {
            throw new io.volccv.error.ServerFaultException(
                "busy",
                new io.volccv.error.CvError(
                    null,
                    503,
                    null,
                    "reply",
                    false,
                    io.volccv.error.CvError.Billed.MAYBE,
                    null,
                    ""),
                null);
          }
        };

    Throwable failure = failure(transport.send(call("{}"), CompletableFuture::new, refusing));

    assertThat(failure)
        .isInstanceOfSatisfying(
            UnreachableException.class,
            early -> {
              assertThat(early.getBilled()).isEqualTo("no");
              assertThat(early.isRetryable()).isTrue();
            });
  }

  @Test
  void anErrorInAReplyHarmsNoOtherCall() throws Exception {
    serve(
        socket -> {
          readRequest(socket);
          socket.getOutputStream().write(ANSWER);
          socket.getInputStream().readAllBytes();
        });
    ReplySink<String> broken =
        new TextSink() {
          @Override
          public void data(ByteBuffer bytes) {
            throw new OutOfMemoryError("not really");
          }
        };
    assertThat(failure(send(call("{}"), broken))).isInstanceOf(OutcomeUnknownException.class);

    serve(
        socket -> {
          readRequest(socket);
          socket.getOutputStream().write(ANSWER);
        });
    assertThat(send(call("{}"), new TextSink()).toCompletableFuture().get()).isEqualTo("ok");
  }

  @Test
  void afterTheDeathOfAnIoThreadCallsGoOn() throws Exception {
    // Nothing stays in the pool: each call connects.
    String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
    Service answering =
        socket -> {
          readRequest(socket);
          socket.getOutputStream().write(answer.getBytes(UTF_8));
        };
    serve(answering);
    assertThat(send(call("{}"), new TextSink()).toCompletableFuture().get()).isEqualTo("ok");

    Thread dying = ioThread();
    dying.interrupt(); // It ends of that, as of an error.
    dying.join(10_000);

    for (int i = 0; i < 4; i++) {
      serve(answering);
      assertThat(send(call("{}"), new TextSink()).toCompletableFuture().get()).isEqualTo("ok");
    }
  }

  private static Thread ioThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("volccv-http"))
        .filter(thread -> thread.getState() == Thread.State.RUNNABLE)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void behindAProxyTheTargetIsLookedAtAndTheProxyIsNot() throws Exception {
    URI proxy = uri();
    AtomicReference<String> asked = new AtomicReference<>("");
    serve(
        socket -> {
          StringBuilder line = new StringBuilder();
          for (int b = socket.getInputStream().read();
              b != '\r';
              b = socket.getInputStream().read()) {
            line.append((char) b);
          }
          asked.set(line.toString());
        });
    try (HttpTransport proxied =
        new HttpTransport(
            new HttpTransport.Options(
                URI.create("https://api.example.com/"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                proxy,
                null))) {
      assertThat(failure(proxied.fetch(URI.create("https://10.0.0.1/a"), new TextSink())))
          .hasMessageContaining("private address");
      failure(proxied.fetch(URI.create("https://pictures.example.com/a"), new TextSink()));
    }
    assertThat(asked.get()).startsWith("CONNECT pictures.example.com:443");
  }

  @Test
  void aResultThatIsGoneOrRedirectsIsNotFollowed() throws Exception {
    HttpServer web =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    AtomicInteger followed = new AtomicInteger();
    web.createContext(
        "/gone",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    web.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/secret");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    web.createContext("/secret", exchange -> followed.incrementAndGet());
    web.start();
    URI base = URI.create("http://127.0.0.1:" + web.getAddress().getPort() + "/");
    try (HttpTransport own = transport(base)) {
      for (String path : new String[] {"gone", "moved"}) {
        assertThat(failure(own.fetch(base.resolve(path), new PictureDownload(() -> null, 1000))))
            .isInstanceOf(TaskExpiredException.class);
      }
    } finally {
      web.stop(0);
    }
    assertThat(followed).hasValue(0);
  }

  /** With nothing to wait for before the last block. */
  private <T> CompletionStage<T> send(HttpCall call, ReplySink<T> sink) {
    return transport.send(call, () -> CompletableFuture.completedFuture(null), sink);
  }

  private interface Service {
    void handle(Socket socket) throws Exception;
  }

  /** Serves the next connection on a thread of its own; completes when it is closed. */
  private CompletableFuture<Void> serve(Service service) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = server.accept()) {
                service.handle(socket);
              } catch (Exception e) {
                closed.completeExceptionally(e);
              }
              closed.complete(null);
            });
    thread.setDaemon(true);
    thread.start();
    return closed;
  }

  private static void readRequest(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(UTF_8).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed");
      }
      head.write(b);
    }
    String text = head.toString(UTF_8);
    int at = text.indexOf("Content-Length: ") + "Content-Length: ".length();
    in.readNBytes(Integer.parseInt(text.substring(at, text.indexOf("\r\n", at))));
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
  }

  private HttpCall call(String body) {
    return new HttpCall(
        uri(), Map.of("Content-Type", "application/json"), Content.of(body.getBytes(UTF_8)));
  }

  private static HttpTransport transport(URI baseUrl) {
    return new HttpTransport(
        new HttpTransport.Options(
            baseUrl, Duration.ofSeconds(5), Duration.ofSeconds(10), null, null));
  }

  private static Throwable failure(CompletionStage<?> answer) throws Exception {
    Throwable failure =
        answer.handle((value, reason) -> reason).toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertThat(failure).as("it fails").isNotNull();
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  /** The body as text. */
  private static class TextSink implements ReplySink<String> {

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private volatile int status;
    private @Nullable OutputStream closed;

    @Override
    public void head(ReplyHead head) {
      status = head.status();
    }

    @Override
    public void data(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      body.writeBytes(copy);
    }

    @Override
    public String end() {
      return body.toString(UTF_8);
    }

    @Override
    public void abort() {
      closed = OutputStream.nullOutputStream();
    }

    @Override
    public String toString() {
      return "TextSink, aborted: " + (closed != null);
    }
  }
}
