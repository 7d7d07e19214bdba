/** Draws the sandbox's pictures: from prompt, seed and input, the same bytes for the same order. */
@NullMarked
package io.volccv.sandbox.paint;

import org.jspecify.annotations.NullMarked;
