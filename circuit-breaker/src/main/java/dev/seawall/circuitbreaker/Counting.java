package dev.seawall.circuitbreaker;

import dev.seawall.Layer;
import dev.seawall.Outcome;
import dev.seawall.Scope;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Admits every call and counts results: a closed breaker, or one in shadow, which only tells when it would have opened. A closed
 * state may be counting already while the breaker is still {@link Recovering}.
 */
final class Counting extends BreakerState {

    private final boolean shadow;
    private final @Nullable Recovering before;
    private volatile Judge judge;

    Counting(DefaultCircuitBreaker breaker, boolean shadow, Judge judge) {
        super(breaker);
        this.shadow = shadow;
        this.before = null;
        this.judge = judge;
    }

    /** The closed state that follows when the breaker has recovered. */
    Counting(DefaultCircuitBreaker breaker, Recovering before, Judge judge) {
        super(breaker);
        this.shadow = false;
        this.before = before;
        this.judge = judge;
    }

    @Override
    CircuitBreaker.State kind() {
        return shadow ? CircuitBreaker.State.SHADOW : CircuitBreaker.State.CLOSED;
    }

    @Override
    boolean timed() {
        return judge.slowNanos != 0;
    }

    @Override
    Admission admit(@Nullable Scope scope, long now) {
        return this;
    }

    @Override
    int enter(@Nullable Scope scope, long start) {
        Judge current = judge;
        if (current.isOverdueByNow(start)) {
            tooMany(current, null, null, null); // no call has ended, so there is no hint to read
            breaker.rejectIfOpen(scope, start);
        }
        return current.enter(start);
    }

    @Override
    void leave(int place) {
        judge.leave(place);
    }

    @Override
    void settle(
            Outcome outcome, long start, @Nullable Scope scope, @Nullable Object result, @Nullable Throwable failure) {
        if (outcome != Outcome.NEUTRAL) {
            Judge current = judge;
            boolean failed = outcome == Outcome.FAILURE;
            long end = current.readsClock(failed) ? breaker.runtime().now() : Layer.UNREAD;
            if (current.record(failed, current.isSlow(start, end), end)) {
                tooMany(current, scope, result, failure);
            }
        }
        breaker.settled(outcome, start);
    }

    private void tooMany(Judge current, @Nullable Scope scope, @Nullable Object result, @Nullable Throwable failure) {
        Recovering recovering = before;
        boolean recovers = recovering != null && breaker.isIn(recovering);
        if (!recovers && !breaker.isIn(this)) {
            return; // one of many calls that were let in before the breaker left this state
        }
        String reason = current.reason(breaker.runtime().now());
        if (shadow) {
            startAgain(current, reason);
            return;
        }
        if (recovers && recovering != null) {
            breaker.open(recovering, recovering.openings(), recovering.delayNanos(), reason, scope, result, failure);
        }
        if (breaker.isIn(this)) { // also if it has recovered in the meantime
            breaker.open(this, 0, 0, reason, scope, result, failure);
        }
    }

    private void startAgain(Judge full, String reason) {
        boolean first;
        breaker.control.lock();
        try {
            first = judge == full;
            if (first) {
                judge = full.emptied(breaker.config(), breaker.runtime().now());
            }
        } finally {
            breaker.control.unlock();
        }
        if (first) {
            breaker.wouldHaveOpened(reason);
        }
    }

    @Override
    void configure() {
        breaker.control.lock();
        try {
            judge = judge.configured(breaker.config(), breaker.runtime().now());
        } finally {
            breaker.control.unlock();
        }
    }

    /** Whether forgetting the breaker would lose nothing that speaks against the dependency. */
    boolean isClean() {
        return !shadow && judge.isClean(breaker.runtime().now());
    }

    @Override
    CircuitBreakerSnapshot snapshot(Window window) {
        Judge current = judge;
        return new CircuitBreakerSnapshot(
                breaker.name(),
                kind(),
                current.window(),
                current.results(breaker.runtime().now()),
                Duration.ZERO,
                Duration.ZERO,
                0,
                0,
                0);
    }
}
