/** Sends one call exactly once, without blocking; downloads result URLs, guarded. */
@NullMarked
package io.volccv.http;

import org.jspecify.annotations.NullMarked;
