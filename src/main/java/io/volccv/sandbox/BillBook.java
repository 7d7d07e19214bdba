package io.volccv.sandbox;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls and their sums, in memory and, where a state file is given, on disk before anybody
 * hears of them.
 */
final class BillBook implements AutoCloseable {
  private static final int CALLS_PER_CHUNK = 200;

  private final List<Bill.@Nullable Call> calls = new ArrayList<>();
  private final @Nullable StateFile state;
  private boolean closed;
  private int epoch;
  private long images;
  private long fen;

  /** A POST's number, valid until the next reset. */
  record Ticket(int epoch, int n) {}

  BillBook(@Nullable Path stateFile) throws IOException {
    state =
        stateFile == null ? null : StateFile.open(stateFile, line -> add(Bill.Call.parse(line)));
  }

  synchronized Ticket arrive() {
    calls.add(null);
    return new Ticket(epoch, calls.size());
  }

  /** Keeps the call; one from before the last reset, or for a sandbox that stops, is forgotten. */
  synchronized void settle(Ticket ticket, Bill.Call call) {
    if (closed || ticket.epoch() != epoch) {
      return;
    }
    if (state != null) {
      state.append(call.json());
    }
    add(call);
  }

  private void add(Bill.Call call) {
    while (calls.size() < call.n()) {
      calls.add(null);
    }
    calls.set(call.n() - 1, call);
    images += call.images();
    fen += call.fen();
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
