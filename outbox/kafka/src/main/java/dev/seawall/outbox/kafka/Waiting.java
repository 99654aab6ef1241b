package dev.seawall.outbox.kafka;

/**
 * A partition that waits until its next record is handled again.
 *
 * @param offset of that record
 * @param attempt the next one at it, from 2 if it was not the database's fault
 * @param until when, by the runtime's clock
 */
record Waiting(long offset, int attempt, long until) {}
