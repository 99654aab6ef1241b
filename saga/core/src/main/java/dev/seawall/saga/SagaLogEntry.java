package dev.seawall.saga;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a saga's history.
 *
 * @param rev the write it belongs to; several lines may belong to one
 * @param at when, by the store's clock
 * @param node who wrote it, or the operator
 * @param epoch of its owner
 * @param entry what happened
 */
public record SagaLogEntry(long rev, Instant at, @Nullable String node, long epoch, SagaWrite.Entry entry) {}
