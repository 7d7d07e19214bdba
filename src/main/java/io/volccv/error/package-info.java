/** Typed errors, named by what the caller can do, and the one table of codes. */
@NullMarked
package io.volccv.error;

import org.jspecify.annotations.NullMarked;
