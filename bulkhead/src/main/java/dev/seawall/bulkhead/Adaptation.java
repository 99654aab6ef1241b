package dev.seawall.bulkhead;

import dev.seawall.Durations;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an algorithm supplied with windows of samples, and its decisions in force.
 *
 * <p>Calls count in the window that is current when they end. Whoever completes it decides, if nobody else is about to.
 */
final class Adaptation {

    /** Told a change of the limit, without any lock held. */
    @FunctionalInterface
    interface Listener {
        void limitChanged(int from, int to);
    }

    private final Permits permits;
    private final Listener listener;
    private final ReentrantLock lock = new ReentrantLock(); // never held while a listener or a waiter is told anything
    private LimitAlgorithm algorithm; // guarded by lock
    private volatile long slowNanos;
    private volatile SampleWindow window; // set under lock

    Adaptation(AdaptiveLimit settings, int limit, Permits permits, long now, Listener listener) {
        this.permits = permits;
        this.listener = listener;
        this.algorithm = LimitAlgorithm.of(settings, limit);
        this.slowNanos = slowNanos(settings);
        this.window = new SampleWindow(now, 0, limit, 0);
    }

    private static long slowNanos(AdaptiveLimit settings) {
        return settings instanceof AdaptiveLimit.Aimd aimd && aimd.slow() != null
                ? Durations.toNanos(aimd.slow())
                : Durations.MAX_NANOS;
    }

    // ---- calls

    /** A call has its permits and begins. */
    void begun() {
        window.begun(permits.inUse());
    }

    /** A call has succeeded. */
    void took(long nanos, long now) {
        if (nanos > slowNanos) {
            dropped(now);
            return;
        }
        SampleWindow current = window;
        if (current.took(nanos, now)) {
            decide(current, now);
        }
    }

    /** A call was dropped. */
    void dropped(long now) {
        SampleWindow current = window;
        if (current.dropped(now)) {
            decide(current, now);
        }
    }

    private void decide(SampleWindow complete, long now) {
        if (!lock.tryLock()) {
            return; // somebody else does
        }
        int before;
        int limit;
        Permits.@Nullable Decisions decisions;
        try {
            if (window != complete) {
                return;
            }
            before = permits.limit();
            Sample sample = complete.sample(now);
            algorithm.next(sample);
            limit = algorithm.limit();
            window = new SampleWindow(now, (long) sample.meanNanos(), limit, permits.inUse());
            decisions = limit == before ? null : permits.limit(limit);
        } finally {
            lock.unlock();
        }
        if (decisions != null) {
            decisions.tell();
            listener.limitChanged(before, limit);
        }
    }

    // ---- settings

    /**
     * Goes on with other settings. Starts anew, at their limit, if that or the algorithm has changed.
     *
     * @return what the caller must tell once it holds no lock
     */
    Permits.Decisions configure(BulkheadConfig from, BulkheadConfig to, long now) {
        AdaptiveLimit changed = Objects.requireNonNull(to.adaptive());
        lock.lock();
        try {
            if (to.limit() != from.limit() || !changed.equals(from.adaptive())) {
                algorithm = LimitAlgorithm.of(changed, to.limit());
                slowNanos = slowNanos(changed);
                window = new SampleWindow(now, 0, to.limit(), permits.inUse());
            }
            return permits.configure(algorithm.limit(), to.order(), to.partitions());
        } finally {
            lock.unlock();
        }
    }
}
