/**
 * Publishes the messages of an outbox to Kafka, and consumes them so that each has its effect once.
 *
 * <p>{@link dev.seawall.outbox.kafka.KafkaPublisher} owns an idempotent producer, which it replaces after a failure so that no
 * later message of a key overtakes one that failed.
 */
@NullMarked
package dev.seawall.outbox.kafka;

import org.jspecify.annotations.NullMarked;
