/**
 * What is inside a picture's file: preparation for a model, provenance texts, and marks of origin.
 */
@NullMarked
package io.volccv.picture;

import org.jspecify.annotations.NullMarked;
