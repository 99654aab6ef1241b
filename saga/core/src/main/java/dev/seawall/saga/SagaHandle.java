package dev.seawall.saga;

import dev.seawall.CallInterruptedException;
import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One saga, to look at and to wait for, whichever node works on it.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 *
 * @param <S> its state
 */
public final class SagaHandle<S> {

    private static final long FIRST_LOOK_NANOS = Durations.toNanos(Duration.ofMillis(5));
    private static final long LAST_LOOK_NANOS = Durations.toNanos(Duration.ofMillis(500));

    private final Host host;
    private final Definition<S> definition;
    private final SagaKey key;

    SagaHandle(Host host, Definition<S> definition, SagaKey key) {
        this.host = host;
        this.definition = definition;
        this.key = key;
    }

    /**
     * Which saga.
     *
     * @return its key
     */
    public SagaKey key() {
        return key;
    }

    /**
     * Looks at the saga.
     *
     * @return what is stored; empty if there is no such saga
     */
    public Optional<SagaResult<S>> result() {
        return host.store.find(key).map(this::resultOf);
    }

    /**
     * Waits until the saga has ended or is parked. A saga of another node is looked at again and again, after 5 to 500 ms.
     *
     * @return never {@link SagaResult.Running}
     * @throws CallInterruptedException if the thread is interrupted; its flag is set again, and the saga goes on
     * @throws IllegalStateException if there is no such saga
     */
    public SagaResult<S> await() {
        return await(Duration.ofNanos(Durations.MAX_NANOS));
    }

    /**
     * Waits until the saga has ended or is parked, or the time is over.
     *
     * @param limit how long to wait, not negative
     * @return {@link SagaResult.Running} if the time is over
     * @throws CallInterruptedException if the thread is interrupted; its flag is set again, and the saga goes on
     * @throws IllegalStateException if there is no such saga
     */
    public SagaResult<S> await(Duration limit) {
        long nanos = Durations.toNanos(Require.notNegative("limit", limit));
        Endings.Waiter waiter = host.endings.register(key);
        try {
            return await(waiter, Durations.plus(host.runtime.now(), nanos));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallInterruptedException(key.toString(), "the end of a saga", interrupted);
        } finally {
            host.endings.remove(waiter);
        }
    }

    private SagaResult<S> await(Endings.Waiter waiter, long until) throws InterruptedException {
        long pause = FIRST_LOOK_NANOS;
        while (true) {
            SagaResult<S> here = endedHere(waiter);
            if (here != null) {
                return here;
            }
            long left = until - host.runtime.now();
            if (left <= 0 || !host.runs(key)) { // a saga that runs here will tell when it ends
                SagaResult<S> stored = result().orElseThrow(() -> new IllegalStateException("there is no saga " + key));
                if (left <= 0 || !(stored instanceof SagaResult.Running<S>)) {
                    return stored;
                }
            }
            host.runtime.sleep(Math.min(left, pause), waiter::isDone);
            pause = Math.min(2 * pause, LAST_LOOK_NANOS);
        }
    }

    @SuppressWarnings("unchecked") // told by a run of this definition
    private @Nullable SagaResult<S> endedHere(Endings.Waiter waiter) {
        return (SagaResult<S>) waiter.result();
    }

    private SagaResult<S> resultOf(SagaRecord saga) {
        return SagaResult.of(saga.status(), definition.restorer.state(saga), saga.step(), saga.reason());
    }

    @Override
    public String toString() {
        return "saga " + key;
    }
}
