package dev.seawall.outbox.rabbitmq;

import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.ConsumerSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class RabbitInboxConsumerTest extends ConsumerSuite {

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
    protected ConsumerBroker broker() {
        return broker;
    }
}
