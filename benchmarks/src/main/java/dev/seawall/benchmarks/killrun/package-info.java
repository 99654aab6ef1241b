/** Kills the processes of an outbox, an inbox and their database, and judges what is left. {@code bin/kill-run} starts it. */
@NullMarked
package dev.seawall.benchmarks.killrun;

import org.jspecify.annotations.NullMarked;
