package dev.seawall.outbox.suite;

import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.WireMessage;

/** A broker under test, with consumers. */
public interface ConsumerBroker extends Broker {

    /** A started consumer of a topic through the proxy. Those of one topic share its messages. */
    AutoCloseable consumer(String topic, Receiver receiver, InboxConsumerConfig config);

    /** Sends something that need not be a message. */
    void sendRaw(String topic, WireMessage wire);

    /** How many messages of a topic the broker's own way has set aside, once it is at least one; waits for up to 20 s. */
    int setAside(String topic);
}
