/**
 * Publishes the messages of an outbox to NATS JetStream, and consumes them so that each has its effect once.
 *
 * <p>{@link dev.seawall.outbox.nats.NatsPublisher} publishes with the message's id, by which a stream recognises duplicates for a
 * while.
 */
@NullMarked
package dev.seawall.outbox.nats;

import org.jspecify.annotations.NullMarked;
