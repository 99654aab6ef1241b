/** How many operations a second go through policies that talk to a server, beside their peers. */
@NullMarked
package dev.seawall.benchmarks.throughput;

import org.jspecify.annotations.NullMarked;
