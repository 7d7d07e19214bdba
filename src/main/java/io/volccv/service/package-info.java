/** The HTTP door: takes jobs, says how they stand, hands out their pictures. */
@NullMarked
package io.volccv.service;

import org.jspecify.annotations.NullMarked;
