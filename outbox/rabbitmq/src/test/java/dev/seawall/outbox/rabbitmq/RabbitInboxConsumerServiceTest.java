package dev.seawall.outbox.rabbitmq;

import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.ConsumerSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Against RabbitMQ itself. */
@Tag("services")
final class RabbitInboxConsumerServiceTest extends ConsumerSuite {

    private static AmqpBroker broker;

    @BeforeAll
    static void connect() {
        broker = AmqpBroker.rabbit();
    }

    @AfterAll
    static void leave() {
        if (broker != null) {
            broker.close();
        }
    }

    @Override
    protected ConsumerBroker broker() {
        return broker;
    }
}
