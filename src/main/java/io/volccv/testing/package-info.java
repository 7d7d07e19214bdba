/** A JUnit 5 extension around the sandbox. */
@NullMarked
package io.volccv.testing;

import org.jspecify.annotations.NullMarked;
