package dev.seawall.circuitbreaker;

import dev.seawall.Durations;
import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Admits trial calls until enough of them have succeeded, or too many have failed.
 *
 * <p>Each trial has a place. A place is empty, or holds the {@link Trial} under way, or how its trial ended; every step is one
 * CAS from the very thing that was seen. So a trial settles at most once and only while the place is its own: when its lease is
 * over the place may go to another call, and the late result changes nothing. A neutral end empties the place. Whoever settles
 * looks at all places afterwards, so the last to settle sees them all; only one wins the transition.
 */
final class HalfOpen extends BreakerState {

    /** A call under way. */
    private final class Trial extends Admission {

        private final int place;
        private final long leaseEnd;

        Trial(int place, long leaseEnd) {
            this.place = place;
            this.leaseEnd = leaseEnd;
        }

        @Override
        boolean timed() {
            return slowNanos != 0;
        }

        @Override
        void settle(
                Outcome outcome,
                long start,
                @Nullable Scope scope,
                @Nullable Object result,
                @Nullable Throwable failure) {
            long now = slowNanos == 0 ? Layer.UNREAD : breaker.runtime().now();
            boolean slow = Judge.isSlow(slowNanos, start, now);
            Outcome judged = slow && outcome == Outcome.SUCCESS ? Outcome.FAILURE : outcome;
            Outcome end = judged == Outcome.NEUTRAL ? null : judged;
            if (places.compareAndSet(place, this, end) && end != null) {
                decide(scope, result, failure);
            }
            breaker.settled(outcome, start);
        }
    }

    private final AtomicReferenceArray<@Nullable Object> places;
    private final int needed;
    private final long leaseNanos;
    private final long slowNanos;
    private final int openings;
    private final long delayNanos;

    /** A breaker becomes half-open with the configuration it has now, and keeps to it until it leaves the state. */
    HalfOpen(DefaultCircuitBreaker breaker, int openings, long delayNanos) {
        super(breaker);
        CircuitBreakerConfig config = breaker.config();
        this.places = new AtomicReferenceArray<>(config.trials());
        this.needed = config.trialSuccesses();
        this.leaseNanos = Durations.toNanos(config.trialLease());
        this.slowNanos = config.slowNanos();
        this.openings = openings;
        this.delayNanos = delayNanos;
    }

    /** Takes over trials that have ended, from a snapshot, before any call is admitted. */
    void restore(int successes, int failures) {
        for (int i = 0; i < places.length() && i < (long) successes + failures; i++) {
            places.set(i, i < successes ? Outcome.SUCCESS : Outcome.FAILURE);
        }
    }

    @Override
    CircuitBreaker.State kind() {
        return CircuitBreaker.State.HALF_OPEN;
    }

    @Override
    Admission admit(@Nullable Scope scope, long now) {
        long time = breaker.now(now);
        long firstLeaseEnd = Layer.NO_DEADLINE;
        for (int place = 0; place < places.length(); place++) {
            Object holder = places.get(place);
            boolean lost = holder instanceof Trial lateTrial && lateTrial.leaseEnd <= time;
            if (holder == null || lost) {
                Trial trial = new Trial(place, Durations.plus(time, leaseNanos));
                if (places.compareAndSet(place, holder, trial)) {
                    if (lost) {
                        breaker.trialLost();
                    }
                    return trial;
                }
                holder = places.get(place);
            }
            if (holder instanceof Trial other) {
                firstLeaseEnd = Math.min(firstLeaseEnd, other.leaseEnd);
            }
        }
        throw breaker.rejected(rejection(scope, time, firstLeaseEnd));
    }

    private CircuitOpenException rejection(@Nullable Scope scope, long time, long firstLeaseEnd) {
        String why = "all " + places.length() + " trial calls are taken";
        return firstLeaseEnd == Layer.NO_DEADLINE
                ? CircuitOpenException.withoutHint(breaker.name(), scope, kind(), why)
                : new CircuitOpenException(breaker.name(), scope, Math.max(0, firstLeaseEnd - time), kind(), why);
    }

    /** Leaves the state if the trials that have ended are enough to do so. */
    void decide(@Nullable Scope scope, @Nullable Object result, @Nullable Throwable failure) {
        int successes = count(Outcome.SUCCESS);
        int failures = count(Outcome.FAILURE);
        if (successes >= needed) {
            breaker.replace(
                    this,
                    breaker.recovered(openings, delayNanos),
                    successes + " of " + places.length() + " trial calls succeeded");
        } else if (failures > places.length() - needed) {
            String reason = failures + " of " + places.length() + " trial calls failed, " + needed + " had to succeed";
            breaker.open(this, openings, delayNanos, reason, scope, result, failure);
        }
    }

    private int count(Outcome outcome) {
        int count = 0;
        for (int place = 0; place < places.length(); place++) {
            if (places.get(place) == outcome) {
                count++;
            }
        }
        return count;
    }

    @Override
    CircuitBreakerSnapshot snapshot(Window window) {
        return new CircuitBreakerSnapshot(
                breaker.name(),
                kind(),
                window,
                List.of(),
                Duration.ZERO,
                Duration.ZERO,
                openings,
                count(Outcome.SUCCESS),
                count(Outcome.FAILURE));
    }
}
