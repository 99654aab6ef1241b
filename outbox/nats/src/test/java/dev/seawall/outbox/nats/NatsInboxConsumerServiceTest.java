package dev.seawall.outbox.nats;

import dev.seawall.outbox.suite.ConsumerBroker;
import dev.seawall.outbox.suite.ConsumerSuite;
import dev.seawall.outbox.suite.Services;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class NatsInboxConsumerServiceTest extends ConsumerSuite {

    private static NatsServer nats;

    @BeforeAll
    static void connect() {
        nats = NatsServer.at(Services.port("NATS", 4222));
    }

    @AfterAll
    static void leave() {
        if (nats != null) {
            nats.close();
        }
    }

    @Override
    protected ConsumerBroker broker() {
        return nats;
    }
}
