package dev.seawall;

import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a policy's events to its listeners. Policies own one each and hand out subscriptions.
 *
 * <p>Listeners run one after another on the thread that caused the event, after what they are told about has been settled.
 * One that throws is logged and changes nothing; one that blocks delays only that thread. An event object is made only when
 * somebody {@linkplain #wants wants} its type.
 *
 * <p><b>Threads:</b> safe for any number of threads. A listener may still see an event that was under way when its
 * subscription was closed.
 *
 * @param <E> the common type of the events
 */
public final class EventPublisher<E> {

    /** How many listeners one policy may have. Whoever subscribes for each call finds out before memory does. */
    public static final int MOST_LISTENERS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final Listener<?>[] NONE = {};

    /** Compared by identity: who subscribes the same consumer twice has two subscriptions. */
    private static final class Listener<F> {

        private final Class<F> type;
        private final Consumer<? super F> consumer;

        Listener(Class<F> type, Consumer<? super F> consumer) {
            this.type = type;
            this.consumer = consumer;
        }

        void offer(Object event) {
            if (type.isInstance(event)) {
                try {
                    consumer.accept(type.cast(event));
                } catch (Throwable broken) {
                    LOG.warn("a listener threw; the event was {}", event, broken);
                }
            }
        }
    }

    private final ReentrantLock changes = new ReentrantLock(); // never held while a listener runs
    private volatile Listener<?>[] listeners = NONE; // replaced, never written to

    /** A publisher without listeners. */
    public EventPublisher() {}

    /**
     * Adds a listener.
     *
     * @param type which events it wants, subtypes included
     * @param consumer told each of them
     * @param <F> the type
     * @return removes the listener when closed
     * @throws IllegalStateException if there are {@value #MOST_LISTENERS} listeners already
     */
    public <F extends E> Subscription subscribe(Class<F> type, Consumer<? super F> consumer) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(consumer, "consumer");
        Listener<F> listener = new Listener<>(type, consumer);
        change(current -> with(current, listener));
        return () -> change(current -> without(current, listener));
    }

    private void change(UnaryOperator<Listener<?>[]> change) {
        changes.lock();
        try {
            listeners = change.apply(listeners);
        } finally {
            changes.unlock();
        }
    }

    /**
     * Whether an event of this type should be made.
     *
     * @param type the event's type
     * @return {@code true} if a listener may want it
     */
    public boolean wants(Class<? extends E> type) {
        for (Listener<?> listener : listeners) {
            if (listener.type.isAssignableFrom(type)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells the listeners. Never throws.
     *
     * @param event what happened
     */
    public void publish(E event) {
        for (Listener<?> listener : listeners) {
            listener.offer(event);
        }
    }

    private static Listener<?>[] with(Listener<?>[] current, Listener<?> listener) {
        if (current.length >= MOST_LISTENERS) {
            throw new IllegalStateException("a policy can have at most " + MOST_LISTENERS
                    + " listeners: subscribe once, not for each call, and close subscriptions no longer needed");
        }
        Listener<?>[] longer = Arrays.copyOf(current, current.length + 1);
        longer[current.length] = listener;
        return longer;
    }

    private static Listener<?>[] without(Listener<?>[] current, Listener<?> listener) {
        return Arrays.stream(current).filter(other -> other != listener).toArray(Listener<?>[]::new);
    }
}
