package dev.seawall.outbox.nats;

import dev.seawall.outbox.Receiver;
import io.nats.client.Options;

/** What the documentation shows. */
final class Examples {

    private Examples() {}

    static NatsPublisher publisher(String servers) {
        // spotless:off
        NatsPublisher publisher = NatsPublisher.of(Options.builder().server(servers).build());
        // spotless:on
        return publisher;
    }

    static NatsInboxConsumer consumer(Options options, Receiver receiver) {
        // spotless:off
        NatsInboxConsumer consumer = NatsInboxConsumer.of(options, "ORDERS", "billing", receiver);
        consumer.start();
        // spotless:on
        return consumer;
    }
}
