package dev.seawall.outbox.nats;

import dev.seawall.Durations;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.WireMessage;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Publishes to NATS JetStream, on one connection of its own. A message is confirmed when a stream has acknowledged it.
 *
 * <p>Unless set otherwise the message's topic is the subject. Its id goes along as {@code Nats-Msg-Id}: within the stream's
 * duplicate window, 2 minutes unless set there, the stream stores a message once however often it is published. Its key travels
 * as a header only.
 *
 * <p><b>Order:</b> a stream may refuse a message and take the next one, so {@link #keepsOrder()} is {@code false} and the relay
 * waits between messages of one key.
 *
 * <p><b>Failures:</b> a message that is larger than the server takes, one with an impossible subject and one with a header whose
 * name begins with {@code Nats-}, which are commands to the server, are poison. A subject that no stream takes and a stream that
 * refuses fail the message alone. Without a connection and with too many messages unconfirmed it is unavailable, and so it is when
 * no acknowledgement comes in time: the message may have arrived.
 *
 * <p><b>Threads:</b> safe for any number of threads. {@link #publish} blocks for up to {@link NatsPublisherConfig#patience()}, or
 * while the first connection is made. Stages end on the client's threads, on which nothing may wait for the server.
 */
public final class NatsPublisher implements Publisher {

    private static final String MESSAGE_ID = "Nats-Msg-Id";
    private static final String COMMANDS = "nats-";
    private static final String CONTENT_TYPE = "content-type";
    private static final Pattern SUBJECT = Pattern.compile("[^\\s.*>]+(\\.[^\\s.*>]+)*");

    private final NatsPublisherConfig config;
    private final Semaphore room;
    private final Link link;

    private NatsPublisher(Options options, NatsPublisherConfig config) {
        this.config = Objects.requireNonNull(config, "config");
        this.room = new Semaphore(config.maxUnconfirmed());
        this.link = new Link(options, config.patience());
    }

    /**
     * A publisher for which a topic is a subject.
     *
     * @param options where the servers are
     * @return a new publisher, which connects when the first message comes
     */
    public static NatsPublisher of(Options options) {
        return of(options, NatsPublisherConfig.defaults());
    }

    /**
     * A publisher.
     *
     * @param options where the servers are. Two settings are replaced: it reconnects without end, and holds nothing back
     *     meanwhile
     * @param config how messages are published
     * @return a new publisher, which connects when the first message comes
     */
    public static NatsPublisher of(Options options, NatsPublisherConfig config) {
        return new NatsPublisher(options, config);
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        WireMessage wire = config.format().write(message);
        Headers headers = headers(message, wire);
        String subject = subject(message);
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        try {
            if (!room.tryAcquire(Durations.toNanos(config.patience()), TimeUnit.NANOSECONDS)) {
                throw new PublisherUnavailableException(
                        "NATS has " + config.maxUnconfirmed() + " messages that it did not acknowledge yet", null);
            }
            var unused = confirmed.whenComplete((done, failure) -> room.release());
            link.publish(message, subject, headers, wire.body(), confirmed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            confirmed.completeExceptionally(
                    new PublisherUnavailableException("the publishing thread was interrupted", interrupted));
        } catch (RuntimeException failure) {
            confirmed.completeExceptionally(failure);
        }
        return confirmed;
    }

    /** The server takes a subject with empty parts or wildcards for one that nobody listens to, and keeps silent. */
    private String subject(Envelope message) {
        String subject = config.subject().apply(message);
        if (!SUBJECT.matcher(subject).matches()) {
            throw new PoisonMessageException(
                    message + " has no possible subject: it must have parts between dots, without wildcards", null);
        }
        return subject;
    }

    private static Headers headers(Envelope message, WireMessage wire) {
        Headers headers = new Headers();
        wire.headers().forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith(COMMANDS)) {
                throw new PoisonMessageException(
                        message + " has a header that begins with Nats-, which would be a command to the server", null);
            }
            headers.put(name, HeaderText.encoded(value));
        });
        headers.put(CONTENT_TYPE, HeaderText.encoded(wire.contentType()));
        headers.put(MESSAGE_ID, HeaderText.encoded(message.id()));
        return headers;
    }

    @Override
    public void close() {
        link.close();
    }

    @Override
    public String toString() {
        return "NATS publisher to " + link;
    }
}
