/** The Camel language {@code prompt}: strict templates by name. */
@NullMarked
package io.volccv.prompt;

import org.jspecify.annotations.NullMarked;
