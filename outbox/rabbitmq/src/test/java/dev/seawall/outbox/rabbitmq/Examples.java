package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import dev.seawall.outbox.Receiver;

/** What the documentation shows. */
final class Examples {

    private Examples() {}

    static RabbitPublisher publisher(ConnectionFactory connectionFactory) {
        // spotless:off
        RabbitPublisher publisher = RabbitPublisher.of(connectionFactory);
        // spotless:on
        return publisher;
    }

    static RabbitInboxConsumer consumer(ConnectionFactory connectionFactory, Receiver receiver) {
        // spotless:off
        RabbitInboxConsumer consumer = RabbitInboxConsumer.of(connectionFactory, "billing", receiver);
        consumer.start();
        // spotless:on
        return consumer;
    }
}
