package dev.seawall.saga.jdbc;

import java.time.Duration;

/**
 * What a store has done since it was made.
 *
 * @param writes how many writes it answered
 * @param starts how many starts it answered, those on a caller's connection left out
 * @param batches how many transactions these took
 * @param largestBatch the most that one of them had
 * @param waiting how many are on their way at this moment
 * @param fenced how many writes changed nothing, because the saga has another owner
 * @param unknownOutcomes how many had to be looked for, because the connection failed while they were committed
 * @param repeated how often one had to be tried again
 * @param meanLatency from the moment a write or start is handed over until it is answered
 * @param longestLatency the same of the slowest
 */
public record JdbcSagaStoreSnapshot(
        long writes,
        long starts,
        long batches,
        int largestBatch,
        int waiting,
        long fenced,
        long unknownOutcomes,
        long repeated,
        Duration meanLatency,
        Duration longestLatency) {}
