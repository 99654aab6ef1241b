/**
 * Publishes the messages of an outbox to RabbitMQ, and consumes them so that each has its effect once.
 *
 * <p>{@link dev.seawall.outbox.rabbitmq.RabbitPublisher} publishes with confirms, and takes a message that no queue wants for a
 * failure.
 */
@NullMarked
package dev.seawall.outbox.rabbitmq;

import org.jspecify.annotations.NullMarked;
