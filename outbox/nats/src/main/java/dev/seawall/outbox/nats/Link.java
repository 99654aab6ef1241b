package dev.seawall.outbox.nats;

import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublisherUnavailableException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener.Events;
import io.nats.client.JetStream;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The connection, which mends itself once it was made, and what is under way on it. */
final class Link {

    private final Options options;
    private final Duration patience;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>(); // by a token of its own
    private volatile @Nullable Connection connection; // written under lock
    private volatile @Nullable JetStream stream; // written under lock
    private long notBefore; // guarded by lock
    private volatile boolean closed; // written under lock

    Link(Options options, Duration patience) {
        this.options = new Options.Builder(options)
                .maxReconnects(-1)
                .reconnectBufferSize(0) // what is held back there is lost without a word if the process ends
                .build();
        this.patience = patience;
    }

    void publish(Envelope message, String subject, Headers headers, byte[] body, CompletableFuture<Void> confirmed) {
        JetStream to = stream();
        Connection open = connection;
        if (open == null || open.getStatus() != Connection.Status.CONNECTED) {
            throw new PublisherUnavailableException("there is no connection to NATS for now", null);
        }
        long size = body.length + (long) headers.serializedLength();
        if (size > open.getMaxPayload()) {
            throw new PoisonMessageException(
                    message + " is too large: " + size + " bytes, the server takes " + open.getMaxPayload(), null);
        }
        Object token = new Object();
        underWay.put(token, confirmed);
        var unused = confirmed.whenComplete((done, failure) -> underWay.remove(token));
        try {
            var ignored = to.publishAsync(subject, headers, body)
                    .orTimeout(Durations.toNanos(patience), TimeUnit.NANOSECONDS)
                    .whenComplete((acknowledged, failure) -> end(message, subject, confirmed, failure));
        } catch (IllegalArgumentException refused) {
            throw new PoisonMessageException(
                    message + " is refused by the NATS client, perhaps for its subject", refused);
        } catch (IllegalStateException lost) {
            throw new PublisherUnavailableException("there is no connection to NATS for now", lost);
        }
    }

    private static void end(
            Envelope message, String subject, CompletableFuture<Void> confirmed, @Nullable Throwable failure) {
        if (failure == null) {
            confirmed.complete(null);
        } else {
            confirmed.completeExceptionally(Failures.of(failure, message, subject));
        }
    }

    private JetStream stream() {
        JetStream seen = stream;
        if (seen != null && !closed) {
            return seen;
        }
        lock.lock();
        try {
            JetStream again = stream;
            if (closed) {
                throw new PublisherUnavailableException("the NATS publisher is closed", null);
            }
            return again != null ? again : connect();
        } finally {
            lock.unlock();
        }
    }

    private JetStream connect() {
        if (notBefore != 0 && runtime.now() < notBefore) {
            throw new PublisherUnavailableException("there was no connection to NATS just now", null);
        }
        try {
            Connection made = Nats.connect(options);
            made.addConnectionListener((changed, event) -> {
                if (event == Events.DISCONNECTED || event == Events.CLOSED) {
                    giveUp("the connection to NATS was lost before it acknowledged");
                }
            });
            JetStream next = made.jetStream(
                    JetStreamOptions.builder().requestTimeout(patience).build());
            connection = made;
            stream = next;
            return next;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PublisherUnavailableException("the connecting thread was interrupted", interrupted);
        } catch (IOException failure) {
            notBefore = Durations.plus(runtime.now(), Durations.toNanos(patience) / 2);
            throw new PublisherUnavailableException("no connection to NATS", failure);
        }
    }

    private void giveUp(String reason) {
        underWay.values().forEach(each -> each.completeExceptionally(new PublisherUnavailableException(reason, null)));
    }

    void close() {
        Connection last;
        lock.lock();
        try {
            closed = true;
            last = connection;
        } finally {
            lock.unlock();
        }
        if (last != null) {
            try {
                last.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        giveUp("the NATS publisher is closed");
    }

    @Override
    public String toString() {
        Connection seen = connection;
        String state = seen == null ? "not connected yet" : seen.getStatus().toString();
        return "server " + (closed ? "(closed)" : "(" + state + ")") + ", " + underWay.size() + " under way";
    }
}
