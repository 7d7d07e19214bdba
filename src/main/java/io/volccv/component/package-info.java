/** The Camel component {@code volccv:}. */
@NullMarked
package io.volccv.component;

import org.jspecify.annotations.NullMarked;
