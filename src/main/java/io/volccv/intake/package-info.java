/** Jobs that go to the queue first: the rows of tables, and what a clock starts. */
@NullMarked
package io.volccv.intake;

import org.jspecify.annotations.NullMarked;
