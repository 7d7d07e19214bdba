/** Requests to JSON streams, reply streams to results. */
@NullMarked
package io.volccv.wire;

import org.jspecify.annotations.NullMarked;
