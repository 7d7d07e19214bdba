package io.volccv.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Remembers beside the spool which ledger it belongs to and how far that had come. A ledger that is
 * gone, another one, or one that was put back from a backup has forgotten payments: it is refused
 * until somebody says that it is meant.
 */
final class Mark implements LedgerThread.Part {

  private static final String FILE = "ledger.mark";
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Database database;
  private final Path file;
  private String id = "";
  private long count;
  private long next = System.nanoTime();
  private boolean counted;

  Mark(Database database, Path folder) {
    this.database = database;
    this.file = folder.resolve(FILE);
  }

  /** Compares the ledger with the mark. */
  void check(Turn turn) throws SQLException, IOException {
    id = meta(turn, "id", UUID.randomUUID().toString());
    count = Long.parseLong(meta(turn, "count", "0"));
    if (Files.exists(file)) {
      String[] seen = Files.readString(file, US_ASCII).strip().split(" ");
      String remedy =
          "stop everything, put the right ledger back; or, when nothing was paid since, delete "
              + file;
      if (!seen[0].equals(id)) {
        throw new LedgerUnusableException(
            database.name(), "it is not the ledger that was used here before", remedy, null);
      }
      if (seen.length > 1 && Long.parseLong(seen[1]) > count) {
        throw new LedgerUnusableException(
            database.name(),
            "it is older than it was: payments made since its backup are not in it",
            remedy,
            null);
      }
    }
    count(turn);
  }

  private static String meta(Turn turn, String name, String fresh) throws SQLException {
    @Nullable String known =
        turn.sql()
            .find("SELECT value FROM meta WHERE name = ?", row -> row.getString(1), name)
            .orElse(null);
    if (known == null) {
      turn.sql().update("INSERT INTO meta VALUES (?, ?)", name, fresh);
      return fresh;
    }
    return known;
  }

  private void count(Turn turn) throws SQLException {
    count = Long.parseLong(meta(turn, "count", "0")) + 1;
    turn.sql().update("UPDATE meta SET value = ? WHERE name = 'count'", Long.toString(count));
    counted = true;
  }

  @Override
  public boolean isDue(long nanos) {
    return false;
  }

  @Override
  public long waitNanos(long nanos) {
    return Long.MAX_VALUE;
  }

  /** In company of others, so that an idle ledger is not written to. */
  @Override
  public void run(Turn turn) throws SQLException {
    if (System.nanoTime() - next >= 0) {
      count(turn);
    }
  }

  /** Not forced to the disk: a mark that is too old refuses nothing. */
  @Override
  public void committed() {
    if (!counted) {
      return;
    }
    counted = false;
    next = System.nanoTime() + EVERY_NANOS;
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      String text = String.format("%s %019d%n", id, count);
      channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)), 0);
    } catch (IOException e) {
      LedgerThread.LOG.warn("Cannot write {}", file, e);
    }
  }

  @Override
  public void rolledBack() {
    counted = false;
  }
}
