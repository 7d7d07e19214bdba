package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The calls and their sums, in memory and, where a state file is given, on disk before anybody
 * hears of them.
 */
final class BillBook implements AutoCloseable {
  private static final int CALLS_PER_CHUNK = 200;
  private static final String TASK = "task";

  private final List<Bill.@Nullable Call> calls = new ArrayList<>();
  private final @Nullable StateFile state;
  private boolean closed;
  private int epoch;
  private long images;
  private long fen;

  /** Of a state file that was read; the last word on each task. */
  private final Map<Integer, Kept> kept = new TreeMap<>();

  /** A POST's number, valid until the next reset. */
  record Ticket(int epoch, int n) {}

  /** A task that an earlier sandbox left in the state file. */
  record Kept(Ticket ticket, Bill.Call line, Task task) {}

  BillBook(@Nullable Path stateFile) throws IOException {
    state = stateFile == null ? null : StateFile.open(stateFile, this::read);
  }

  private void read(JsonNode json) {
    Bill.Call line = Bill.Call.parse(json);
    add(line);
    if (json.has(TASK)) {
      Task task = Task.parse(json.path(TASK));
      kept.put(line.n(), new Kept(new Ticket(epoch, line.n()), line, task));
    }
  }

  /** The tasks of the state file, oldest first; only once, as they are somebody else's then. */
  synchronized List<Kept> takeTasks() {
    List<Kept> taken = List.copyOf(kept.values());
    kept.clear();
    return taken;
  }

  synchronized Ticket arrive() {
    calls.add(null);
    return new Ticket(epoch, calls.size());
  }

  /** Keeps the call; one from before the last reset, or for a sandbox that stops, is forgotten. */
  void settle(Ticket ticket, Bill.Call call) {
    settle(ticket, call, null);
  }

  /**
   * Keeps the call, in place of what was known of it before, and the task with it.
   *
   * @return whether it was kept
   */
  synchronized boolean settle(Ticket ticket, Bill.Call call, @Nullable Task task) {
    if (closed || ticket.epoch() != epoch) {
      return false;
    }
    if (state != null) {
      ObjectNode line = call.json();
      state.append(task == null ? line : line.set(TASK, task.json()));
    }
    add(call);
    return true;
  }

  private void add(Bill.Call call) {
    while (calls.size() < call.n()) {
      calls.add(null);
    }
    Bill.Call before = calls.set(call.n() - 1, call);
    images += call.images() - (before == null ? 0 : before.images());
    fen += call.fen() - (before == null ? 0 : before.fen());
  }

  synchronized Bill bill() {
    return new Bill(calls.size(), images, cny(), calls.stream().filter(Objects::nonNull).toList());
  }

  /**
   * The JSON of {@code GET /_sandbox/bill}, piece by piece: hundreds of thousands of calls are not
   * one string.
   */
  synchronized Iterator<byte[]> json(boolean withCalls) {
    String head = "{\"posts\":%d,\"images\":%d,\"cny\":%s".formatted(calls.size(), images, cny());
    if (!withCalls) {
      return List.of((head + "}").getBytes(StandardCharsets.UTF_8)).iterator();
    }
    return new CallChunks(head, List.copyOf(calls.stream().filter(Objects::nonNull).toList()));
  }

  synchronized void reset() {
    epoch++;
    calls.clear();
    images = 0;
    fen = 0;
    if (state != null && !closed) {
      state.clear();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (state != null) {
      state.close();
    }
  }

  private BigDecimal cny() {
    return BigDecimal.valueOf(fen, 2);
  }

  private static final class CallChunks implements Iterator<byte[]> {
    private final String head;
    private final List<Bill.Call> calls;
    private int next;
    private boolean ended;

    CallChunks(String head, List<Bill.Call> calls) {
      this.head = head;
      this.calls = calls;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public byte[] next() {
      StringBuilder text = new StringBuilder(next == 0 ? head + ",\"calls\":[" : "");
      int end = Math.min(calls.size(), next + CALLS_PER_CHUNK);
      for (; next < end; next++) {
        text.append(next == 0 ? "\n" : ",\n").append(Json.text(calls.get(next).json()));
      }
      ended = next == calls.size();
      return text.append(ended ? "]}\n" : "").toString().getBytes(StandardCharsets.UTF_8);
    }
  }
}
