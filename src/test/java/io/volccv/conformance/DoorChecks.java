package io.volccv.conformance;

import static io.volccv.conformance.Check.refused;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Who is let in. The calls ask for nothing, so that no server can make a picture of them: whoever
 * is let in is told that req_key is missing.
 */
final class DoorChecks {
  private static final String NOTHING = "{}";
  private static final int LET_IN = 400;
  private static final String LET_IN_CODE = "50201";

  private DoorChecks() {}

  static List<Check> all() {
    return Stream.of(letIn(), keptOut(), bearer()).flatMap(List::stream).toList();
  }

  private static List<Check> letIn() {
    return Stream.of(
            refused(
                "a good signature is let in",
                LET_IN,
                LET_IN_CODE,
                endpoint -> Post.to(endpoint, NOTHING).send()),
            refused(
                "a signature over the date alone is let in",
                LET_IN,
                LET_IN_CODE,
                endpoint -> Post.to(endpoint, NOTHING).signing("x-date").send()),
            refused(
                "signed headers in another order are let in",
                LET_IN,
                LET_IN_CODE,
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .signing("host", "x-date", "x-content-sha256", "content-type")
                        .send()),
            refused(
                "a query is signed sorted, upper case first, and with empty values",
                LET_IN,
                LET_IN_CODE,
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .query("b=x%20y%2A~&" + reversed() + "&a=%E7%8B%97&Z=")
                        .send()))
        .map(check -> check.onlyIf(Endpoint::signs))
        .toList();
  }

  private static String reversed() {
    String[] parts = Post.QUERY.split("&");
    return parts[1] + "&" + parts[0];
  }

  private static List<Check> keptOut() {
    return Stream.of(
            refused(
                "a wrong secret",
                401,
                "SignatureDoesNotMatch",
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .keys(endpoint.keyPair().withSecret("d3Jvbmc="))
                        .send()),
            refused(
                "an unknown access key",
                401,
                "InvalidAccessKey",
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .keys(endpoint.keyPair().withId("AKLTNOBODY00000000000000000000"))
                        .send()),
            refused(
                "a signature from an hour ago",
                403,
                "InvalidTimestamp",
                endpoint ->
                    Post.to(endpoint, NOTHING).at(Instant.now().minus(Duration.ofHours(1))).send()),
            refused(
                "a signature from the next hour",
                403,
                "InvalidTimestamp",
                endpoint ->
                    Post.to(endpoint, NOTHING).at(Instant.now().plus(Duration.ofHours(1))).send()),
            refused(
                "no Authorization",
                401,
                "MissingAuthenticationToken",
                endpoint -> Post.to(endpoint, NOTHING).send(authorization -> null)),
            refused(
                "an Authorization without a Signature",
                401,
                "MissingSignature",
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .send(authorization -> authorization.replaceFirst(", Signature=.*", ""))),
            refused(
                "an Authorization of another scheme",
                400,
                "InvalidAuthorization",
                endpoint -> Post.to(endpoint, NOTHING).send(authorization -> "Basic bm86Ym9keQ==")),
            refused(
                "a signature for another region",
                400,
                "InvalidCredential",
                endpoint -> Post.to(endpoint, NOTHING).region("us-east-1").send()),
            refused(
                "no X-Date",
                400,
                "MissingRequestInfo",
                endpoint -> Post.to(endpoint, NOTHING).sendingHeader("x-date", null).send()),
            refused(
                "another body than was signed",
                401,
                "SignatureDoesNotMatch",
                endpoint -> Post.to(endpoint, NOTHING).sending("{ }").send()),
            refused(
                "another Content-Type than was signed",
                401,
                "SignatureDoesNotMatch",
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .sendingHeader("content-type", "application/json; charset=utf-8")
                        .send()),
            refused(
                "a session token that is not signed",
                401,
                "InvalidSecretToken",
                endpoint ->
                    Post.to(endpoint, NOTHING)
                        .keys(endpoint.keyPair().withoutToken())
                        .sendingHeader("x-security-token", "none")
                        .send()))
        .map(check -> check.onlyIf(Endpoint::signs))
        .toList();
  }

  private static List<Check> bearer() {
    return Stream.of(
            refused(
                "a good key is let in",
                LET_IN,
                LET_IN_CODE,
                endpoint -> Post.to(endpoint, NOTHING).send()),
            refused(
                "a wrong key",
                401,
                "50400",
                endpoint -> Post.to(endpoint, NOTHING).keys(new Endpoint.Bearer("wrong")).send()),
            refused(
                "no key",
                401,
                "50400",
                endpoint -> Post.to(endpoint, NOTHING).send(authorization -> null)))
        .map(check -> check.onlyIf(endpoint -> !endpoint.signs()))
        .toList();
  }
}
