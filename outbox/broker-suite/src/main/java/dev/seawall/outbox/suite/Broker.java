package dev.seawall.outbox.suite;

import dev.seawall.outbox.Publisher;
import java.util.List;

/** A broker under test: what the suites need of it. */
public interface Broker {

    /** Makes something new that takes and keeps messages; its name is the topic. */
    String newTopic();

    /** A topic that leads nowhere. */
    default String missingTopic() {
        return "nowhere-" + Messages.unique();
    }

    /** A publisher that goes through the {@link #proxy()} and gives up within 5 s. */
    Publisher publisher();

    /** What clients of this broker go through. */
    TcpProxy proxy();

    /** Everything that a topic has, in its order, once it has that many or more. Waits for up to 20 s. */
    List<Stored> stored(String topic, int atLeast);

    /** More than the broker takes in one message. */
    int tooLarge();
}
