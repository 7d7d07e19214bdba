/** Credentials turn a call into a signed call. */
@NullMarked
package io.volccv.signing;

import org.jspecify.annotations.NullMarked;
