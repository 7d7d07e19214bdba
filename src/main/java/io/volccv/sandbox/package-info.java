/** An independent, offline implementation of the API; it shares no code with the client. */
@NullMarked
package io.volccv.sandbox;

import org.jspecify.annotations.NullMarked;
