package dev.seawall.outbox.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.WireMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to RabbitMQ, on one connection of its own. A message is confirmed when the broker says so: with a quorum queue once a
 * majority has it.
 *
 * <p>Unless set otherwise the message's topic names the exchange and its key is the routing key. Messages are persistent and
 * carry their id as {@code message-id}. They are published as mandatory: one that no queue takes has not arrived, and fails.
 *
 * <p><b>Order:</b> the broker may refuse a message and take the next one, so {@link #keepsOrder()} is {@code false} and the relay
 * waits between messages of one key.
 *
 * <p><b>Failures:</b> a body that is too large, a routing key over 255 bytes and the like are poison. An exchange that is missing,
 * a queue that is full and refuses, and a message that comes back fail the message alone. Without a connection, with the broker
 * blocking publishers and with too many messages unconfirmed, it is unavailable. When the connection ends, everything under way
 * fails, perhaps after it arrived; the next message opens another one.
 *
 * <p><b>Threads:</b> safe for any number of threads. {@link #publish} blocks while another thread publishes, for a connection, and
 * for an exchange that is new to it, each for up to {@link RabbitPublisherConfig#patience()}. Stages end on the connection's
 * thread, on which nothing may wait for the broker: not even {@code publish}.
 */
public final class RabbitPublisher implements Publisher {

    private static final int PERSISTENT = 2;
    private static final int LONGEST_SHORT_STRING = 255;

    private final ConnectionFactory factory;
    private final RabbitPublisherConfig config;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final Semaphore room;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Link current; // written under lock
    private long notBefore; // guarded by lock
    private volatile boolean closed;

    private RabbitPublisher(ConnectionFactory factory, RabbitPublisherConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        this.factory = Factories.impatient(factory, config.patience());
        this.room = new Semaphore(config.maxUnconfirmed());
    }

    /**
     * A publisher for which a topic names an exchange.
     *
     * @param factory where the broker is; copied
     * @return a new publisher, which connects when the first message comes
     */
    public static RabbitPublisher of(ConnectionFactory factory) {
        return of(factory, RabbitPublisherConfig.defaults());
    }

    /**
     * A publisher.
     *
     * @param factory where the broker is; copied. Its time limits hold if they are shorter than
     *     {@link RabbitPublisherConfig#patience()}; automatic recovery is not used
     * @param config how messages are published
     * @return a new publisher, which connects when the first message comes
     */
    public static RabbitPublisher of(ConnectionFactory factory, RabbitPublisherConfig config) {
        return new RabbitPublisher(factory, config);
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        Link.Form form = form(message);
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        long patience = Durations.toNanos(config.patience());
        try {
            if (!room.tryAcquire(patience, TimeUnit.NANOSECONDS)) {
                throw unavailable(config.maxUnconfirmed() + " messages are not confirmed yet", null);
            }
            var unused = confirmed.whenComplete((done, failure) -> room.release());
            if (!lock.tryLock(patience, TimeUnit.NANOSECONDS)) {
                throw unavailable("the connection takes nothing", null);
            }
            try {
                publish(message, form, confirmed);
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            confirmed.completeExceptionally(unavailable("the thread was interrupted", interrupted));
        } catch (RuntimeException failure) {
            confirmed.completeExceptionally(failure);
        }
        return confirmed;
    }

    private void publish(Envelope message, Link.Form form, CompletableFuture<Void> confirmed) {
        Link link = link();
        String blocked = link.blocked();
        if (blocked != null) {
            throw unavailable("the broker blocks publishers: " + blocked, null);
        }
        try {
            if (!link.hasExchange(form.exchange())) {
                throw new PublishFailedException(
                        message + " was not published: there is no exchange '" + form.exchange() + "'; declare it",
                        null);
            }
            link.publish(new Unconfirmed(message, form.exchange(), confirmed), form);
        } catch (IOException | ShutdownSignalException failure) {
            throw unavailable("the connection was lost", failure);
        }
    }

    private Link.Form form(Envelope message) {
        WireMessage wire = config.format().write(message);
        if (wire.body().length > config.maxBytes()) {
            throw new PoisonMessageException(
                    message + " is too large: " + wire.body().length + " bytes, at most " + config.maxBytes()
                            + " are allowed",
                    null);
        }
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .deliveryMode(PERSISTENT)
                .contentType(shortString("content type", wire.contentType(), message))
                .messageId(shortString("id", message.id(), message))
                .timestamp(Date.from(message.createdAt()))
                .headers(Map.copyOf(wire.headers()))
                .build();
        return new Link.Form(
                shortString("exchange's name", config.exchange().apply(message), message),
                shortString("routing key", config.routingKey().apply(message), message),
                properties,
                wire);
    }

    private static String shortString(String what, String text, Envelope message) {
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_SHORT_STRING) {
            throw new PoisonMessageException(
                    "the " + what + " of " + message + " has more than " + LONGEST_SHORT_STRING + " bytes", null);
        }
        return text;
    }

    /** The open connection, or a new one unless the last attempt has just failed. Called with the lock held. */
    private Link link() {
        if (closed) {
            throw unavailable("the publisher is closed", null);
        }
        Link seen = current;
        if (seen != null && seen.isOpen()) {
            return seen;
        }
        if (notBefore != 0 && runtime.now() < notBefore) {
            throw unavailable("there was no connection just now", null);
        }
        try {
            Link next = Link.open(factory, config.unroutable());
            notBefore = 0;
            current = next;
            return next;
        } catch (IOException | TimeoutException | ShutdownSignalException failure) {
            notBefore = Durations.plus(runtime.now(), Durations.toNanos(config.patience()) / 2);
            throw unavailable("no connection to " + place(), failure);
        }
    }

    private static PublisherUnavailableException unavailable(String why, @Nullable Throwable cause) {
        return new PublisherUnavailableException("RabbitMQ takes nothing for now: " + why, cause);
    }

    private String place() {
        return factory.getHost() + ":" + factory.getPort();
    }

    @Override
    public void close() {
        closed = true;
        lock.lock(); // an attempt to connect has an end, too
        try {
            Link last = current;
            if (last != null) {
                last.close();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        Link seen = current;
        return "RabbitMQ publisher to " + place()
                + (closed ? ", closed" : ", " + (seen == null ? 0 : seen.underWay()) + " under way");
    }
}
