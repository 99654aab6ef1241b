package dev.seawall.retry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What one attempt does. */
record Step(
        Duration takes, @Nullable Object result, @Nullable Throwable failure) {

    static Step returns(@Nullable Object result) {
        return new Step(Duration.ZERO, result, null);
    }

    static Step fails(Throwable failure) {
        return new Step(Duration.ZERO, null, failure);
    }

    Step taking(Duration time) {
        return new Step(time, result, failure);
    }
}
