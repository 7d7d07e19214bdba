package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a sidecar that two pictures share, in whatever order they are moved. */
final class AfterMoveTest {

  @TempDir Path home;
  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final FreeNames names = new FreeNames();
  private final Map<Path, Integer> followers = new HashMap<>();
  private Path inbox;
  private Path done;
  private Path sidecar;

  @BeforeEach
  void folders() throws IOException {
    inbox = Files.createDirectories(home.resolve("inbox"));
    done = Files.createDirectories(home.resolve("done"));
    sidecar = Files.writeString(inbox.resolve("tom.txt"), "a cat");
    Files.writeString(inbox.resolve("tom.png"), "one");
    Files.writeString(inbox.resolve("tom.jpg"), "two");
  }

  @Test
  void itFollowsBothOfTwoThatAreMovedAtTheSameMoment() throws IOException {
    Moving one = new Moving("tom.png");
    Moving two = new Moving("tom.jpg");
    one.move();
    two.move();
    one.after.onDone(exchange);
    two.after.onDone(exchange);

    requireBoth();
  }

  @Test
  void itFollowsOneAfterTheOther() throws IOException {
    Moving one = new Moving("tom.png");
    one.move();
    one.after.onDone(exchange);
    assertThat(sidecar).hasContent("a cat");
    Moving two = new Moving("tom.jpg");
    two.move();
    two.after.onDone(exchange);

    requireBoth();
  }

  @Test
  void itStaysWithTheOneThatCannotBeMoved() throws IOException {
    Moving one = new Moving("tom.png");
    Moving two = new Moving("tom.jpg");
    one.move();
    two.after.onDone(exchange);
    one.after.onDone(exchange);

    assertThat(sidecar).hasContent("a cat");
    assertThat(done.resolve("tom.txt")).hasContent("a cat");
  }

  private void requireBoth() {
    assertThat(sidecar).doesNotExist();
    assertThat(done.resolve("tom.txt")).hasContent("a cat");
    assertThat(done.resolve("tom-r2.txt")).hasContent("a cat");
    assertThat(followers).isEmpty();
  }

  /** An input on its way to {@code done}. */
  private final class Moving {
    private final Path input;
    private final Place place;
    private final AfterMove after;

    Moving(String name) {
      input = inbox.resolve(name);
      place = Place.claim(names, done, name, sidecar);
      after = new AfterMove(place, new Inputs.Taken(input, sidecar, new Delivery()), followers);
    }

    void move() throws IOException {
      Files.move(input, place.input());
    }
  }
}
