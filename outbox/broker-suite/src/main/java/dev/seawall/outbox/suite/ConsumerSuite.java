package dev.seawall.outbox.suite;

import static dev.seawall.outbox.suite.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.MessageHandler;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.WireMessage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every consumer must do. A subclass brings the broker, started once. */
@Timeout(60)
public abstract class ConsumerSuite {

    private static final Duration BOUND = Duration.ofSeconds(15);

    private final List<AutoCloseable> consumers = new ArrayList<>();
    private Database database;
    private Publisher publisher;

    /** The broker, which lives as long as the class. */
    protected abstract ConsumerBroker broker();

    @BeforeEach
    final void open() {
        broker().proxy().up();
        database = new Database();
        publisher = broker().publisher();
    }

    @AfterEach
    final void close() throws Exception {
        for (AutoCloseable consumer : consumers) {
            consumer.close();
        }
        publisher.close();
        database.close();
    }

    @Test
    void consume_messagesThatComeTwice_haveTheirEffectOnceInOrder() throws Exception {
        var topic = broker().newTopic();
        var messages = IntStream.range(0, 50)
                .mapToObj(i -> message(topic, "key", "m" + i))
                .toList();
        var last = message(topic, "key", "last");

        consume(topic, config(), Database::effect);
        publish(messages);
        publish(messages);
        publish(List.of(last));

        awaitEffects(Stream.concat(messages.stream(), Stream.of(last)).toList());
    }

    @Test
    void consume_handlerFailsTwice_isRolledBackAndHandledAgainInOrder() throws Exception {
        var topic = broker().newTopic();
        var first = message(topic, "key", "first");
        var second = message(topic, "key", "second");
        var attempts = new AtomicInteger();

        consume(topic, config(), (connection, message) -> {
            Database.effect(connection, message);
            if (message.id().equals(first.id()) && attempts.incrementAndGet() <= 2) {
                throw new IllegalStateException("not yet");
            }
        });
        publish(List.of(first, second));

        awaitEffects(List.of(first, second));
        assertThat(attempts).hasValue(3);
    }

    @Test
    void consume_everyAttemptFails_isSetAsideAndTheNextFollows() throws Exception {
        var topic = broker().newTopic();
        var bad = message(topic, "key", "bad");
        var good = message(topic, "key", "good");
        var attempts = new AtomicInteger();

        consume(topic, config(), (connection, message) -> {
            if (message.id().equals(bad.id())) {
                attempts.incrementAndGet();
                throw new AssertionError("an Error ends nothing but the attempt");
            }
            Database.effect(connection, message);
        });
        publish(List.of(bad, good));

        awaitEffects(List.of(good));
        assertThat(attempts).hasValue(3);
        assertThat(broker().setAside(topic)).isEqualTo(1);
    }

    @Test
    void consume_poisonSaysTheHandler_isSetAsideAtOnce() throws Exception {
        var topic = broker().newTopic();
        var attempts = new AtomicInteger();

        consume(topic, config(), (connection, message) -> {
            attempts.incrementAndGet();
            throw new PoisonMessageException("never", null);
        });
        publish(List.of(message(topic, "key", "bad")));

        assertThat(broker().setAside(topic)).isEqualTo(1);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void consume_whatIsNoMessage_isSetAsideAndTheNextFollows() throws Exception {
        var topic = broker().newTopic();
        var good = message(topic, "key", "good");

        consume(topic, config(), Database::effect);
        broker().sendRaw(topic, WireMessage.of("text/plain", Map.of("other", "header"), new byte[] {1, 2, 3}));
        publish(List.of(good));

        awaitEffects(List.of(good));
        assertThat(broker().setAside(topic)).isEqualTo(1);
    }

    @Test
    void consume_deadLettersSet_getItOnceAndItDoesNotComeAgain() throws Exception {
        var topic = broker().newTopic();
        var bad = message(topic, "key", "bad");
        var good = message(topic, "key", "good");
        List<String> letters = Collections.synchronizedList(new ArrayList<>());
        MessageHandler handler = (connection, message) -> {
            if (message.id().equals(bad.id())) {
                throw new PoisonMessageException("never", null);
            }
            Database.effect(connection, message);
        };
        var config = settings()
                .deadLetters((wire, from, key, reason) -> letters.add(from + " "
                        + wire.headers().get("seawall-id") + " "
                        + reason.getClass().getSimpleName()))
                .build();

        var first = consume(topic, config, handler);
        publish(List.of(bad, good));
        awaitEffects(List.of(good));
        first.close();
        consume(topic, config, handler);
        var last = message(topic, "key", "last");
        publish(List.of(last));

        awaitEffects(List.of(good, last));
        assertThat(letters).containsExactly(topic + " " + bad.id() + " PoisonMessageException");
    }

    @Test
    void consume_deadLettersRefuse_theMessageIsKept() throws Exception {
        var topic = broker().newTopic();
        var bad = message(topic, "key", "bad");
        var refusals = new AtomicInteger();
        var config = settings()
                .attempts(1)
                .deadLetters((wire, from, key, reason) -> {
                    if (refusals.incrementAndGet() < 3) {
                        throw new IllegalStateException("no room");
                    }
                })
                .build();

        consume(topic, config, (connection, message) -> {
            throw new IllegalStateException("no");
        });
        publish(List.of(bad));

        Awaitility.await().atMost(BOUND).until(() -> refusals.get() == 3);
    }

    @Test
    void consume_outcomeOfTheCommitUnknown_effectOnce() throws Exception {
        var topic = broker().newTopic();
        var message = message(topic, "key", "first");
        var last = message(topic, "key", "last");
        var handled = new AtomicInteger();
        database.loseCommits(1);

        consume(topic, settings().attempts(1).build(), (connection, each) -> {
            handled.incrementAndGet();
            Database.effect(connection, each);
        });
        publish(List.of(message, last));

        awaitEffects(List.of(message, last));
        assertThat(handled).hasValue(2);
    }

    @Test
    void consume_databaseAway_waitsAndUsesUpNoAttempt() throws Exception {
        var topic = broker().newTopic();
        var message = message(topic, "key", "first");
        database.away(true);

        consume(topic, settings().attempts(1).build(), Database::effect);
        publish(List.of(message));
        Awaitility.await().pollDelay(Duration.ofMillis(700)).until(() -> true);
        database.away(false);

        awaitEffects(List.of(message));
    }

    @Test
    void consume_connectionCutBeforeTheAcknowledgement_effectOnceAndItGoesOn() throws Exception {
        var topic = broker().newTopic();
        var messages = IntStream.range(0, 6)
                .mapToObj(i -> message(topic, "key", "m" + i))
                .toList();
        publish(messages);
        var cuts = new AtomicInteger();

        consume(topic, config(), (connection, message) -> {
            Database.effect(connection, message);
            if (cuts.getAndIncrement() % 2 == 0) {
                broker().proxy().cut();
            }
        });

        awaitEffects(messages);
    }

    @Test
    void close_handlerRunning_letsItFinish() throws Exception {
        var topic = broker().newTopic();
        var message = message(topic, "key", "first");
        var running = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var consumer = consume(topic, config(), (connection, each) -> {
            running.countDown();
            finish.await(20, TimeUnit.SECONDS);
            Database.effect(connection, each);
        });
        publish(List.of(message));
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

        var closing = new Thread(() -> close(consumer));
        closing.start();
        Awaitility.await().atMost(BOUND).until(() -> consumer.toString().contains("closed"));
        finish.countDown();
        closing.join(BOUND.toMillis());

        assertThat(database.effects()).containsExactly(message.id());
    }

    @Test
    void close_handlerThatDoesNotEnd_isInterruptedAndTheMessageComesAgain() throws Exception {
        var topic = broker().newTopic();
        var message = message(topic, "key", "first");
        var running = new CountDownLatch(1);
        var stubborn = consume(
                topic,
                settings().attempts(1).closeWithin(Duration.ofMillis(300)).build(),
                (connection, each) -> {
                    Database.effect(connection, each);
                    running.countDown();
                    new CountDownLatch(1).await(30, TimeUnit.SECONDS);
                });
        publish(List.of(message));
        assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

        stubborn.close();
        assertThat(database.effects()).isEmpty();
        consume(topic, config(), Database::effect);

        awaitEffects(List.of(message));
    }

    /** Starts a consumer, which is closed after the test. */
    protected final AutoCloseable consume(String topic, InboxConsumerConfig config, MessageHandler handler) {
        var receiver = Receiver.of(database.dataSource(), database, "suite", handler);
        var consumer = broker().consumer(topic, receiver, config);
        consumers.add(consumer);
        return consumer;
    }

    private static InboxConsumerConfig config() {
        return settings().build();
    }

    private static InboxConsumerConfig.Builder settings() {
        return InboxConsumerConfig.builder().attempts(3).backoff(Backoff.fixed(Duration.ofMillis(50)));
    }

    /** Publishes messages, each until it is confirmed. */
    protected final void publish(List<Envelope> messages) {
        new Relay(publisher).publishAll(messages);
    }

    private void awaitEffects(List<Envelope> messages) {
        var ids = messages.stream().map(Envelope::id).toList();
        awaitEffects(effects -> assertThat(effects).containsExactlyElementsOf(ids));
    }

    /** Waits until the ids of messages that had an effect, in order, are as they should be. */
    protected final void awaitEffects(ThrowingConsumer<List<String>> expectation) {
        Awaitility.await().atMost(BOUND).untilAsserted(() -> expectation.accept(database.effects()));
    }

    /** Ids of messages by the order of their effects. */
    protected final List<String> effects() {
        return database.effects();
    }

    /** What a handler does. */
    protected static void effect(Connection connection, Envelope message) throws SQLException {
        Database.effect(connection, message);
    }

    /** Closes a consumer. */
    protected static void close(AutoCloseable consumer) {
        try {
            consumer.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
