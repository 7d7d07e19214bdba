package io.volccv.bench;

import java.nio.file.Path;

/**
 * Where the benchmark runs.
 *
 * @param folder for everything that is written
 * @param appHome the packaged app as an operator unpacks it; not to be written to
 * @param rounds how often the start, the pieces and the ledger are measured
 */
public record Bench(Path folder, Path appHome, int rounds) {}
