package dev.seawall.outbox.kafka;

import dev.seawall.outbox.Receiver;
import java.util.List;
import java.util.Map;

/** What the documentation shows. */
final class Examples {

    private Examples() {}

    static KafkaPublisher publisher(String servers) {
        // spotless:off
        KafkaPublisher publisher = KafkaPublisher.of(Map.of("bootstrap.servers", servers));
        // spotless:on
        return publisher;
    }

    static KafkaInboxConsumer consumer(String servers, Receiver receiver) {
        // spotless:off
        KafkaInboxConsumer consumer = KafkaInboxConsumer.of(
                Map.of("bootstrap.servers", servers, "group.id", "billing"), List.of("orders"), receiver);
        consumer.start();
        // spotless:on
        return consumer;
    }
}
