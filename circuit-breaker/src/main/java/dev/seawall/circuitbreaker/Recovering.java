package dev.seawall.circuitbreaker;

import dev.seawall.Scope;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Admits a share of the calls that grows until it is all of them; then the breaker is closed.
 *
 * <p>Each call that asks adds the share of that moment to one sum, and whoever brings the sum to a whole call is admitted and
 * takes it off again. So after any number of calls as many were admitted as the shares add up to, evenly spread and without
 * chance; a thread that meets another tries again.
 *
 * <p>Calls are admitted into the closed state that follows, which counts them from the start. So the window is kept when the time
 * is over, and a call that ends afterwards counts.
 */
final class Recovering extends Timed {

    private static final double FIRST_SHARE = 0.1;
    private static final long WHOLE = 1_000_000_000; // one call

    private final Counting closed;
    private final long rampNanos;
    private final int openings;
    private final long delayNanos;
    private final AtomicLong sum = new AtomicLong(WHOLE - Math.round(FIRST_SHARE * WHOLE)); // admits the first call

    /**
     * Begins to recover, or goes on with it.
     *
     * @param judge counts the results, from now on and when the breaker is closed
     * @param rampNanos how long the share grows
     * @param leftNanos how much of that is left
     * @param openings how often the breaker has opened since it was last closed
     * @param delayNanos what the backoff said the last time
     */
    Recovering(
            DefaultCircuitBreaker breaker, Judge judge, long rampNanos, long leftNanos, int openings, long delayNanos) {
        super(breaker, leftNanos);
        this.closed = new Counting(breaker, this, judge);
        this.rampNanos = rampNanos;
        this.openings = openings;
        this.delayNanos = delayNanos;
    }

    @Override
    CircuitBreaker.State kind() {
        return CircuitBreaker.State.RECOVERING;
    }

    int openings() {
        return openings;
    }

    long delayNanos() {
        return delayNanos;
    }

    @Override
    @Nullable
    Admission admit(@Nullable Scope scope, long now) {
        long left = remaining(breaker.now(now));
        if (left <= 0) {
            goOn();
            return null;
        }
        double share = 1 - (1 - FIRST_SHARE) * left / rampNanos;
        if (isNext(Math.round(share * WHOLE))) {
            return closed;
        }
        String why = "it admits " + (int) (share * 100) + " % of the calls for now";
        throw breaker.rejected(CircuitOpenException.withoutHint(breaker.name(), scope, kind(), why));
    }

    /** Whether the shares of all calls so far add up to one more than were admitted. */
    private boolean isNext(long share) {
        while (true) {
            long before = sum.get();
            long after = before + share;
            boolean next = after >= WHOLE;
            if (sum.compareAndSet(before, next ? after - WHOLE : after)) {
                return next;
            }
            Thread.onSpinWait();
        }
    }

    @Override
    void goOn() {
        breaker.replace(this, closed, "it admits all calls again");
    }

    @Override
    void configure() {
        closed.configure();
    }

    @Override
    CircuitBreakerSnapshot snapshot(Window window) {
        CircuitBreakerSnapshot counts = closed.snapshot(window);
        return new CircuitBreakerSnapshot(
                breaker.name(), kind(), counts.window(), counts.results(), Duration.ZERO, remaining(), openings, 0, 0);
    }
}
