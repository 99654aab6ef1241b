/**
 * A bulkhead for the pipelines of {@code dev.seawall}.
 *
 * <p>{@link dev.seawall.bulkhead.Bulkhead} is the policy and {@link dev.seawall.bulkhead.BulkheadConfig} its settings: how many
 * calls run at once, how many may wait, for how long, and {@linkplain dev.seawall.bulkhead.QueueOrder in which order}. An
 * {@link dev.seawall.bulkhead.AdaptiveLimit} lets a bulkhead find its limit by itself;
 * {@link dev.seawall.bulkhead.Partitions} guarantee shares of it. A call that finds no room ends with a
 * {@link dev.seawall.bulkhead.BulkheadFullException}. Work that is not a call takes a {@link dev.seawall.bulkhead.Permit}.
 * {@link dev.seawall.bulkhead.BulkheadSnapshot} is what can be seen of it, and {@link dev.seawall.bulkhead.BulkheadEvent} what it
 * tells listeners.
 */
@NullMarked
package dev.seawall.bulkhead;

import org.jspecify.annotations.NullMarked;
