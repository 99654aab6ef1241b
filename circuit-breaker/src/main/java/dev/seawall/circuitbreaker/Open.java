package dev.seawall.circuitbreaker;

import dev.seawall.Scope;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rejects calls until its time is over; then the breaker becomes half-open. */
final class Open extends Timed {

    private final Duration openTime;
    private final int openings;
    private final long delayNanos;
    private final String reason;

    /**
     * Opens a breaker.
     *
     * @param openNanos how long until the first trial is due
     * @param openings how often the breaker has opened since it was last closed, this time included
     * @param delayNanos what the backoff said this time
     * @param reason the numbers that decided
     */
    Open(DefaultCircuitBreaker breaker, long openNanos, int openings, long delayNanos, String reason) {
        super(breaker, openNanos);
        this.openTime = Duration.ofNanos(openNanos);
        this.openings = openings;
        this.delayNanos = delayNanos;
        this.reason = reason;
    }

    @Override
    CircuitBreaker.State kind() {
        return CircuitBreaker.State.OPEN;
    }

    @Override
    Duration openTime() {
        return openTime;
    }

    @Override
    @Nullable
    Admission admit(@Nullable Scope scope, long now) {
        long time = breaker.now(now);
        if (remaining(time) > 0) {
            throw rejection(scope, time);
        }
        goOn();
        return null;
    }

    CircuitOpenException rejection(@Nullable Scope scope, long now) {
        return breaker.rejected(
                new CircuitOpenException(breaker.name(), scope, Math.max(0, remaining(now)), kind(), reason));
    }

    @Override
    void goOn() {
        breaker.replace(this, new HalfOpen(breaker, openings, delayNanos), "its time is over");
    }

    @Override
    CircuitBreakerSnapshot snapshot(Window window) {
        return new CircuitBreakerSnapshot(
                breaker.name(), kind(), window, List.of(), remaining(), Duration.ZERO, openings, 0, 0);
    }
}
