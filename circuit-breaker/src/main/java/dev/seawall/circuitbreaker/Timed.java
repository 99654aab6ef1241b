package dev.seawall.circuitbreaker;

import dev.seawall.Cancellation;
import dev.seawall.Durations;
import java.time.Duration;

/** A state that is over at a certain time: the first call afterwards, or a timer, leads the breaker on. */
abstract class Timed extends BreakerState {

    private final long until;
    private volatile Cancellation timer = Cancellation.NONE;

    Timed(DefaultCircuitBreaker breaker, long nanos) {
        super(breaker);
        this.until = Durations.plus(breaker.runtime().now(), nanos);
    }

    /** How many nanoseconds are left; not positive when the time is over. */
    final long remaining(long now) {
        return until - now;
    }

    final Duration remaining() {
        return Duration.ofNanos(Math.max(0, remaining(breaker.runtime().now())));
    }

    /** Goes to the next state, unless the breaker has left this one. */
    abstract void goOn();

    @Override
    final void entered() {
        if (breaker.config().timedTransition()) {
            // listeners are user code, which the timer's thread must not run
            timer = breaker.runtime()
                    .schedule(
                            remaining(breaker.runtime().now()),
                            () -> breaker.runtime().executor().execute(this::timeIsOver));
            if (!breaker.isIn(this)) {
                timer.cancel();
            }
        }
    }

    private void timeIsOver() {
        if (!breaker.runtime().isClosed()) {
            goOn();
        }
    }

    @Override
    final void left() {
        timer.cancel();
    }
}
