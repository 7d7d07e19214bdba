package io.volccv.client;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The tasks that were cancelled here of late: who waits for one is told by the service that there
 * is no such task, which else means that it was paid and is lost.
 */
final class CancelledTasks {

  private static final int MOST = 1_000;

  private final Set<String> ids = new LinkedHashSet<>();

  synchronized void add(String taskId) {
    ids.add(taskId);
    if (ids.size() > MOST) {
      Iterator<String> oldest = ids.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  synchronized void remove(String taskId) {
    ids.remove(taskId);
  }

  synchronized boolean contains(String taskId) {
    return ids.contains(taskId);
  }
}
