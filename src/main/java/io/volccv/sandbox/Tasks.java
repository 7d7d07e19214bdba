package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The life of all tasks, from the answer of their submit until they are forgotten. A step that the
 * bill knows is written to it before anybody can ask for it, in one line for both, so that a task
 * is charged exactly once wherever the sandbox is killed.
 */
final class Tasks implements AutoCloseable {
  private final BillBook bill;
  private final Limits limits;
  private final Studio studio;
  private final TaskFiles files;
  private final FileStore urls;
  private final Callbacks callbacks;
  private final Workers workers;
  private final SandboxOptions options;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Tasks whose files are still there, oldest first. */
  private final Deque<Entry> withFiles = new ArrayDeque<>();

  Tasks(
      BillBook bill,
      Limits limits,
      Studio studio,
      TaskFiles files,
      FileStore urls,
      Callbacks callbacks,
      Workers workers,
      SandboxOptions options) {
    this.bill = bill;
    this.limits = limits;
    this.studio = studio;
    this.files = files;
    this.urls = urls;
    this.callbacks = callbacks;
    this.workers = workers;
    this.options = options;
  }

  /** A task as it is asked for. */
  enum Status {
    IN_QUEUE("in_queue"),
    GENERATING("generating"),
    DONE("done"),
    EXPIRED("expired"),
    NOT_FOUND("not_found");

    private final String text;

    Status(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /** URLs that were given out, and when they die. */
  private record Given(List<String> urls, Instant until) {}

  /** A task and what hangs on it; its fields change under the lock of {@link Tasks}. */
  private static final class Entry {
    private final BillBook.Ticket ticket;
    private final Permit permit;
    private final Map<JsonNode, Given> given = new HashMap<>();
    private Bill.Call line;
    private Task task;
    private @Nullable Painting painting;

    Entry(
        BillBook.Ticket ticket,
        Bill.Call line,
        Task task,
        @Nullable Painting painting,
        Permit permit) {
      this.ticket = ticket;
      this.line = line;
      this.task = task;
      this.painting = painting;
      this.permit = permit;
    }
  }

  Clock clock() {
    return options.clock();
  }

  Duration nextLatency(double place) {
    return options.latency().at(place);
  }

  List<@Nullable String> keepUploads(String id, CallBody body) throws Refusal {
    try {
      return files.keepUploads(id, body.uploads());
    } catch (IOException e) {
      throw Refusal.of(50500, "Internal Error: the pictures can't be kept: " + e.getMessage());
    }
  }

  /**
   * Puts the submit on the bill and the task into the queue; the permit is the task's from here.
   */
  void begin(BillBook.Ticket ticket, Bill.Call line, Task task, Painting painting, Permit permit) {
    Entry entry = new Entry(ticket, line, task, painting, permit);
    synchronized (this) {
      if (!bill.settle(ticket, line, task)) {
        permit.leave();
        return;
      }
      add(entry);
    }
    queue(entry);
  }

  /** Takes over what a killed sandbox left; called before anybody can ask. */
  synchronized void load() throws IOException {
    for (BillBook.Kept kept : bill.takeTasks()) {
      Permit permit = kept.task().ended() ? Permit.none() : limits.adopt();
      add(new Entry(kept.ticket(), kept.line(), kept.task(), null, permit));
    }
    files.sweep(entries.keySet());
  }

  /** Goes on with it; called when the sandbox listens, since URLs name its port. */
  void resume() {
    List<Entry> unfinished;
    synchronized (this) {
      unfinished =
          entries.values().stream().filter(e -> !e.task.ended() && e.painting == null).toList();
    }
    unfinished.forEach(this::again);
  }

  private void again(Entry entry) {
    try {
      List<Upload> uploads = files.uploads(entry.task.uploads());
      CallBody body = new CallBody(new byte[0], uploads, false, "", 0);
      Painting painting = studio.commission(body, Params.checkSubmit(entry.task.params()));
      synchronized (this) {
        entry.painting = painting;
      }
      queue(entry);
    } catch (Refusal e) {
      end(entry, new Task.Failed(e.error()));
    } catch (IOException e) {
      end(entry, new Task.Failed(internal(e)));
    }
  }

  private void add(Entry entry) {
    entries.put(entry.task.id(), entry);
    withFiles.addLast(entry);
    while (age(withFiles.getFirst().task).compareTo(options.taskTtl()) >= 0
        && withFiles.getFirst().task.ended()) {
      files.delete(withFiles.removeFirst().task, true);
      if (withFiles.isEmpty()) {
        return;
      }
    }
  }

  private void queue(Entry entry) {
    Duration left = entry.task.queueing().minus(age(entry.task));
    workers.after(left, () -> workers.painters().execute(() -> work(entry)));
  }

  private void work(Entry entry) {
    Painting painting;
    synchronized (this) {
      painting = entry.painting;
      if (!(entry.task.phase() instanceof Task.InQueue) || painting == null) {
        return;
      }
      entry.task = entry.task.in(new Task.Generating());
    }
    Task.Phase end = outcome(entry.task, painting);
    workers.after(entry.task.latency().minus(age(entry.task)), () -> end(entry, end));
  }

  private Task.Phase outcome(Task task, Painting painting) {
    if (task.fails() != null) {
      return new Task.Failed(task.fails());
    }
    try {
      List<byte[]> pictures = painting.paint(null);
      files.keepResults(task.id(), pictures);
      return new Task.Done(painting.data(), pictures.size());
    } catch (Refusal e) {
      return new Task.Failed(e.error());
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return new Task.Failed(internal(e));
    }
  }

  private static ApiError internal(Throwable cause) {
    return ErrorTable.business(50500).because("Internal Error: " + cause);
  }

  /** The task's last step, unless it was cancelled or forgotten meanwhile. */
  private void end(Entry entry, Task.Phase end) {
    synchronized (this) {
      if (entries.get(entry.task.id()) != entry) {
        files.delete(entry.task.in(end), true);
        return;
      }
      if (entry.task.ended() || !settle(entry, end)) {
        return;
      }
    }
    callbacks.tell(entry.task, () -> pictures(entry.task.id(), callbackDelivery(entry.task)));
  }

  /** Whether the bill took it; a sandbox that stops leaves the task to the next one. */
  private boolean settle(Entry entry, Task.Phase end) {
    Task task = entry.task.in(end);
    Bill.Call line = entry.line;
    if (end instanceof Task.Done done) {
      int fen = ReqKey.of(task.reqKey()).price(done.pictures());
      line = line.charged(done.pictures(), fen);
    } else if (end instanceof Task.Failed failed) {
      line = line.answered(failed.error().billCode());
    }
    try {
      if (!bill.settle(entry.ticket, line, task)) {
        return false;
      }
    } finally {
      entry.permit.leave();
    }
    entry.line = line;
    entry.task = task;
    entry.painting = null;
    files.delete(task, false);
    return true;
  }

  /**
   * The task of this id.
   *
   * @throws Refusal with code 50215 when there is none, or the pair or req_key is another one
   */
  synchronized Task find(@Nullable TaskPair pair, String reqKey, String id) throws Refusal {
    Entry entry = entries.get(id);
    if (entry == null
        || (pair != null && entry.task.pair() != pair)
        || !entry.task.reqKey().equals(reqKey)) {
      throw new Refusal(ErrorTable.business(50215));
    }
    return entry.task;
  }

  Status status(Task task) {
    Duration age = age(task);
    if (age.compareTo(options.taskTtl()) >= 0) {
      boolean remembered = age.compareTo(options.taskTtl().multipliedBy(2)) < 0;
      return remembered ? Status.EXPIRED : Status.NOT_FOUND;
    }
    if (task.phase() instanceof Task.InQueue) {
      return Status.IN_QUEUE;
    }
    if (task.phase() instanceof Task.Generating) {
      return Status.GENERATING;
    }
    return task.phase() instanceof Task.Cancelled ? Status.NOT_FOUND : Status.DONE;
  }

  /** The prompt of the task of this id, or null. */
  synchronized @Nullable String prompt(@Nullable String id) {
    Entry entry = id == null ? null : entries.get(id);
    return entry == null ? null : PromptPeek.of(entry.task.params());
  }

  /** Takes the task from the queue; false when it is not in the queue any more. */
  synchronized boolean cancel(String id) {
    Entry entry = entries.get(id);
    if (entry == null || status(entry.task) != Status.IN_QUEUE) {
      return false;
    }
    return settle(entry, new Task.Cancelled());
  }

  /** The pictures of a task that is done: URLs, or files for base64; never both. */
  record Pictures(@Nullable List<String> urls, @Nullable List<byte[]> files) {}

  /**
   * Asked again with the same delivery, a task gives the same pictures and, while they live, the
   * same URLs.
   */
  Pictures pictures(String id, Delivery delivery) throws IOException {
    Entry entry;
    Task task;
    synchronized (this) {
      entry = entries.get(id);
      task = entry == null ? null : entry.task;
    }
    if (entry == null || task == null || !(task.phase() instanceof Task.Done done)) {
      throw new IOException("the task is not there any more");
    }
    synchronized (entry.given) {
      Given given = entry.given.get(delivery.logo());
      if (delivery.asUrls() && given != null && clock().instant().isBefore(given.until())) {
        return new Pictures(given.urls(), null);
      }
      List<byte[]> pictures =
          studio.marked(
              files.results(id, done.pictures()), ReqKey.of(task.reqKey()), delivery.mark());
      if (!delivery.asUrls()) {
        return new Pictures(null, pictures);
      }
      given = new Given(urls.store(pictures), clock().instant().plus(options.urlTtl()));
      entry.given.put(delivery.logo(), given);
      return new Pictures(given.urls(), null);
    }
  }

  /** Forgets all tasks with the bill they are on; what is in the queue is not done any more. */
  synchronized void reset() {
    bill.reset();
    entries.values().forEach(entry -> entry.permit.leave());
    withFiles.forEach(entry -> files.delete(entry.task, true));
    entries.clear();
    withFiles.clear();
  }

  private static Delivery callbackDelivery(Task task) throws IOException {
    try {
      return Delivery.ofSubmit(Params.checkSubmit(task.params()));
    } catch (Refusal e) {
      throw new IOException("the task was submitted with other parameters", e);
    }
  }

  private Duration age(Task task) {
    return Duration.between(task.submitted(), clock().instant());
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
