/**
 * Immutable values that the other packages pass to each other, and the {@link
 * io.volccv.model.Spool}.
 */
@NullMarked
package io.volccv.model;

import org.jspecify.annotations.NullMarked;
