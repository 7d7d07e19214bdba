/** What routes need around queues: the broker, jobs out of messages, results as messages. */
@NullMarked
package io.volccv.queue;

import org.jspecify.annotations.NullMarked;
