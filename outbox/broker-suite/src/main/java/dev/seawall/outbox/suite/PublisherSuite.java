package dev.seawall.outbox.suite;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every publisher must do. A subclass brings the broker, started once. */
@Timeout(60)
public abstract class PublisherSuite {

    protected static final Duration BOUND = Duration.ofSeconds(10);

    protected Publisher publisher;

    /** The broker, which lives as long as the class. */
    protected abstract Broker broker();

    @BeforeEach
    final void open() {
        broker().proxy().up();
        publisher = broker().publisher();
    }

    @AfterEach
    final void close() {
        publisher.close();
        broker().proxy().up();
    }

    @Test
    void publish_confirmed_isStoredAsItWas() {
        var topic = broker().newTopic();
        var message = message(topic, "Købmand 1", "hello");

        publish(message);

        var stored = broker().stored(topic, 1).get(0);
        var read = EnvelopeFormat.plain().read(stored.wire(), topic, stored.key(), Instant.EPOCH);
        assertThat(new String(read.payload().bytes(), StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(read.payload().type()).isEqualTo("test");
        assertThat(read.payload().version()).isEqualTo(3);
        assertThat(read.payload().contentType()).isEqualTo("text/plain");
        assertThat(read).usingRecursiveComparison().ignoringFields("payload").isEqualTo(message);
    }

    @Test
    void publish_withoutKey_isStored() {
        var topic = broker().newTopic();
        var message = message(topic, null, "hello");

        publish(message);

        assertThat(broker().stored(topic, 1)).extracting(Stored::id).containsExactly(message.id());
    }

    @Test
    void publish_manyOfOneKey_areStoredInTheirOrder() {
        var topic = broker().newTopic();
        var messages = IntStream.range(0, 500)
                .mapToObj(i -> message(topic, "key", "m" + i))
                .toList();

        new Relay(publisher).publishAll(messages);

        assertThat(broker().stored(topic, 500))
                .extracting(Stored::id)
                .containsExactlyElementsOf(messages.stream().map(Envelope::id).toList());
    }

    @Test
    void publish_connectionCutAgainAndAgain_losesNothingAndKeepsTheOrderOfEachKey() {
        var topic = broker().newTopic();
        var messages = IntStream.range(0, 1_000)
                .mapToObj(i -> message(topic, "key-" + i % 4, "m" + i))
                .toList();
        var relay = new Relay(publisher);

        for (int i = 0; i < 1_000; i += 200) {
            var cut = cutSoon();
            relay.publishAll(messages.subList(i, i + 200));
            join(cut);
        }

        assertThat(History.of(broker().stored(topic, 1_000))).isEqualTo(History.sent(messages));
    }

    @Test
    void publish_twice_hasTheSameIdBothTimes() {
        var topic = broker().newTopic();
        var message = message(topic, "key", "hello");
        var last = message(topic, "key", "last");

        publish(message);
        publish(message);
        publish(last);

        assertThat(broker().stored(topic, 2)).extracting(Stored::id).containsOnly(message.id(), last.id());
    }

    @Test
    void publish_tooLarge_isPoisonAndNobodyElsesTrouble() {
        var topic = broker().newTopic();
        var large = message(topic, "key", new byte[broker().tooLarge()], Messages.unique());
        var small = message(topic, "other", "small");

        assertThatThrownBy(() -> publish(large)).isInstanceOf(PoisonMessageException.class);
        publish(small);

        assertThat(broker().stored(topic, 1)).extracting(Stored::id).containsExactly(small.id());
    }

    @Test
    void publish_nowhereToGo_failsThatMessageAlone() {
        var topic = broker().newTopic();
        var lost = message(broker().missingTopic(), "key", "lost");
        var kept = message(topic, "key", "kept");

        assertThatThrownBy(() -> publish(lost))
                .isInstanceOf(PublishFailedException.class)
                .hasMessageContaining(lost.id())
                .hasMessageNotContaining("blåbær");
        publish(kept);

        assertThat(broker().stored(topic, 1)).extracting(Stored::id).containsExactly(kept.id());
    }

    @Test
    void publish_brokerNeverReached_isUnavailableWithinABound() {
        broker().proxy().down();

        assertThatThrownBy(() -> publish(message("any", "key", "hello")))
                .isInstanceOf(PublisherUnavailableException.class);
    }

    @Test
    void publish_brokerGoneAndBack_isUnavailableAndThenGoesOn() {
        var topic = broker().newTopic();
        publish(message(topic, "key", "before"));
        var during = message(topic, "key", "during");

        broker().proxy().down();
        assertThatThrownBy(() -> publish(during)).isInstanceOf(PublisherUnavailableException.class);
        broker().proxy().up();
        new Relay(publisher).publishAll(List.of(during));

        assertThat(broker().stored(topic, 2)).extracting(Stored::id).contains(during.id());
    }

    @Test
    void publish_afterClose_isUnavailable() {
        publisher.close();

        assertThatThrownBy(() -> publish(message("any", "key", "hello")))
                .isInstanceOf(PublisherUnavailableException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void close_messagesUnderWay_endThemAll() {
        var topic = broker().newTopic();
        publish(message(topic, "key", "first"));
        broker().proxy().down();
        var stages = IntStream.range(0, 20)
                .mapToObj(i -> Relay.hand(publisher, message(topic, "key" + i, "m")))
                .toList();

        publisher.close();

        Awaitility.await().atMost(BOUND).until(() -> stages.stream().allMatch(stage -> stage.isDone()));
    }

    @Test
    void close_twice_doesNothing() {
        publisher.close();
        publisher.close();

        assertThat(publisher).asString().contains("closed");
    }

    /** Publishes one message and waits for its end. */
    protected final void publish(Envelope message) {
        publish(publisher, message);
    }

    /** Publishes one message and waits for its end. */
    protected static void publish(Publisher publisher, Envelope message) {
        try {
            Relay.hand(publisher, message).get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failure) {
            throw (RuntimeException) failure.getCause();
        } catch (Exception failure) {
            throw new AssertionError(message + " did not end", failure);
        }
    }

    private Thread cutSoon() {
        var thread = new Thread(() -> broker().proxy().cut());
        thread.start();
        return thread;
    }

    private static void join(Thread thread) {
        try {
            thread.join(BOUND.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
