package dev.seawall.outbox.rabbitmq;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class RabbitPublisherTest extends RabbitPublisherSuite {

    private static EmbeddedQpid qpid;
    private static AmqpBroker broker;

    @BeforeAll
    static void start() {
        qpid = EmbeddedQpid.start();
        broker = AmqpBroker.qpid(qpid);
    }

    @AfterAll
    static void stop() {
        broker.close();
        qpid.close();
    }

    @Override
    protected AmqpBroker broker() {
        return broker;
    }
}
