/** What routes need around files: intake gate, sidecars, naming, provenance, safe paths. */
@NullMarked
package io.volccv.files;

import org.jspecify.annotations.NullMarked;
