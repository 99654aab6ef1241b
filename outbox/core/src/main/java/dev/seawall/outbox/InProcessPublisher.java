package dev.seawall.outbox;

import dev.seawall.ResilienceRuntime;
import dev.seawall.payload.PayloadException;
import dev.seawall.payload.PayloadTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Hands messages to subscribers in the process of the relay: no broker, and still nothing is lost when the process dies.
 *
 * <p>A message is confirmed once all subscribers of its topic have returned. If one of them fails, the message fails and comes to
 * all of them again: a subscriber may see a message more than once, and uses an {@link Inbox} where that matters. A payload that
 * cannot be read, or is of another class than a subscriber takes, parks the message; so does a {@link PoisonMessageException}.
 *
 * <p><b>Threads:</b> subscribers run on the executor, those of one message at the same time, each with an object of its own. The
 * next message of the same key comes once the one before is confirmed. A subscriber must end within the relay's time limit for
 * publishing: after it the message fails and comes again, while the first run may still be going on.
 */
public final class InProcessPublisher implements Publisher {

    /**
     * Takes messages of a topic.
     *
     * @param <T> class of the payload
     */
    @FunctionalInterface
    public interface Subscriber<T> {

        /**
         * Takes a message.
         *
         * @param payload its content
         * @param message the message itself
         * @throws PoisonMessageException if it can never be taken
         * @throws Exception if it cannot be taken now; it comes again
         */
        void on(T payload, Envelope message) throws Exception;
    }

    private record Subscription<T>(Class<T> type, Subscriber<? super T> subscriber) {

        void take(Envelope message, PayloadTypes types) {
            try {
                subscriber.on(types.decode(message.payload(), type), message);
            } catch (PayloadException unreadable) {
                throw new PoisonMessageException("it cannot be read: " + unreadable.getMessage(), unreadable);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CompletionException(interrupted);
            } catch (RuntimeException failure) {
                throw failure;
            } catch (Exception failure) {
                throw new CompletionException(failure);
            }
        }
    }

    private final PayloadTypes types;
    private final Map<String, List<Subscription<?>>> subscriptions;
    private final Executor executor;
    private final boolean ignoresUnknownTopics;
    private volatile boolean closed;

    private InProcessPublisher(Builder builder) {
        Map<String, List<Subscription<?>>> copy = new HashMap<>();
        builder.subscriptions.forEach((topic, all) -> copy.put(topic, List.copyOf(all)));
        this.types = builder.types;
        this.subscriptions = Map.copyOf(copy);
        this.executor = builder.executor;
        this.ignoresUnknownTopics = builder.ignoresUnknownTopics;
    }

    /**
     * Starts without subscribers.
     *
     * @param types what can be read
     * @return a new builder
     */
    public static Builder builder(PayloadTypes types) {
        return new Builder(Objects.requireNonNull(types, "types"));
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        if (closed) {
            throw new PublisherUnavailableException("the publisher is closed", null);
        }
        List<Subscription<?>> all = subscriptions.getOrDefault(message.topic(), List.of());
        if (all.isEmpty() && !ignoresUnknownTopics) {
            throw new IllegalStateException("nobody subscribes to topic " + message.topic()
                    + ": add a subscriber, or ignore messages of unknown topics");
        }
        List<CompletableFuture<?>> ends = new ArrayList<>(all.size());
        for (Subscription<?> subscription : all) {
            ends.add(started(subscription, message));
        }
        return all(ends);
    }

    private CompletableFuture<?> started(Subscription<?> subscription, Envelope message) {
        try {
            return CompletableFuture.runAsync(() -> subscription.take(message, types), executor);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(full);
        }
    }

    /** Ends when all have ended. Of several failures one that is for good goes first. */
    private static CompletionStage<?> all(List<CompletableFuture<?>> ends) {
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        CompletionStage<?> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
        all.whenComplete((nothing, failure) -> {
            Throwable worst = failure == null ? null : worst(ends);
            if (worst == null) {
                end.complete(null);
            } else {
                end.completeExceptionally(worst);
            }
        });
        return end;
    }

    private static @Nullable Throwable worst(List<CompletableFuture<?>> ends) {
        Throwable first = null;
        for (CompletableFuture<?> end : ends) {
            Throwable failure = end.handle((nothing, thrown) -> thrown).join();
            if (failure instanceof CompletionException && failure.getCause() != null) {
                failure = failure.getCause();
            }
            if (failure instanceof PoisonMessageException) {
                return failure;
            }
            first = first == null ? failure : first;
        }
        return first;
    }

    /** Takes no further messages. Subscribers that are running end by themselves; the executor stays open. */
    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String toString() {
        return "in-process publisher to " + subscriptions.size() + " topics";
    }

    /** Settings of a publisher. Not thread-safe. */
    public static final class Builder {

        private final PayloadTypes types;
        private final Map<String, List<Subscription<?>>> subscriptions = new HashMap<>();
        private Executor executor = ResilienceRuntime.shared().executor();
        private boolean ignoresUnknownTopics;

        private Builder(PayloadTypes types) {
            this.types = types;
        }

        /**
         * Adds a subscriber. A topic may have several.
         *
         * @param topic whose messages it takes
         * @param type class of the payload
         * @param subscriber takes them
         * @param <T> class of the payload
         * @return this builder
         */
        public <T> Builder subscribe(String topic, Class<T> type, Subscriber<? super T> subscriber) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(subscriber, "subscriber");
            subscriptions
                    .computeIfAbsent(Names.topic(topic), key -> new ArrayList<>())
                    .add(new Subscription<>(type, subscriber));
            return this;
        }

        /**
         * Sets where subscribers run.
         *
         * @param executor stays the caller's to shut down; that of {@link ResilienceRuntime#shared()} unless set
         * @return this builder
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Confirms messages of topics that nobody subscribes to. Unless set they fail, so that a subscriber that was forgotten is
         * noticed before its messages are gone.
         *
         * @return this builder
         */
        public Builder ignoreUnknownTopics() {
            this.ignoresUnknownTopics = true;
            return this;
        }

        /**
         * Makes the publisher.
         *
         * @return a new publisher
         */
        public InProcessPublisher build() {
            return new InProcessPublisher(this);
        }
    }
}
