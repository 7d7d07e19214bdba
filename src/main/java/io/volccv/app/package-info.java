/** The standalone app on Camel Main and its commands. */
@NullMarked
package io.volccv.app;

import org.jspecify.annotations.NullMarked;
