/** Claims, permits and settlements: what keeps a picture from being paid twice. */
@NullMarked
package io.volccv.ledger;

import org.jspecify.annotations.NullMarked;
