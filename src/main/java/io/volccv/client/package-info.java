/** The composition of all of it, usable without Camel. */
@NullMarked
package io.volccv.client;

import org.jspecify.annotations.NullMarked;
