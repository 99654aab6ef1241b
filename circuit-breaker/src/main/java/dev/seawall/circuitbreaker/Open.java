package dev.seawall.circuitbreaker;

import dev.seawall.Cancellation;
import dev.seawall.Scope;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rejects calls until its time is over; the first call afterwards, or a timer, makes the breaker half-open. */
final class Open extends BreakerState {

    private final long until;
    private final int openings;
    private final long delayNanos;
    private final String reason;
    private volatile Cancellation timer = Cancellation.NONE;

    /**
     * Opens a breaker.
     *
     * @param until when the first trial is due
     * @param openings how often the breaker has opened since it was last closed, this time included
     * @param delayNanos what the backoff said this time
     * @param reason the numbers that decided
     */
    Open(DefaultCircuitBreaker breaker, long until, int openings, long delayNanos, String reason) {
        super(breaker);
        this.until = until;
        this.openings = openings;
        this.delayNanos = delayNanos;
        this.reason = reason;
    }

    @Override
    CircuitBreaker.State kind() {
        return CircuitBreaker.State.OPEN;
    }

    @Override
    @Nullable
    Admission admit(@Nullable Scope scope, long now) {
        long time = breaker.now(now);
        if (time < until) {
            throw breaker.rejected(new CircuitOpenException(breaker.name(), scope, until - time, kind(), reason));
        }
        halfOpen();
        return null;
    }

    private void halfOpen() {
        breaker.replace(this, new HalfOpen(breaker, openings, delayNanos), "its time is over");
    }

    @Override
    void entered() {
        if (breaker.config().timedTransition()) {
            long wait = until - breaker.runtime().now();
            // listeners are user code, which the timer's thread must not run
            timer = breaker.runtime()
                    .schedule(wait, () -> breaker.runtime().executor().execute(this::timeIsOver));
            if (!breaker.isIn(this)) {
                timer.cancel();
            }
        }
    }

    private void timeIsOver() {
        if (!breaker.runtime().isClosed()) {
            halfOpen();
        }
    }

    @Override
    void left() {
        timer.cancel();
    }

    @Override
    CircuitBreakerSnapshot snapshot(Window window) {
        Duration left = Duration.ofNanos(Math.max(0, until - breaker.runtime().now()));
        return new CircuitBreakerSnapshot(breaker.name(), kind(), window, List.of(), left, openings, 0, 0);
    }
}
