package dev.seawall.ratelimiter;

import dev.seawall.Durations;
import java.time.Duration;

/** What happens at a rate limiter, for those who {@linkplain RateLimiter#on listen}. A call that starts at once makes no event. */
public sealed interface RateLimiterEvent {

    /**
     * The limiter's name.
     *
     * @return its name
     */
    String limiter();

    /**
     * A call was promised its permits for later, and waits.
     *
     * @param limiter the limiter's name
     * @param permits how many permits
     * @param delay how long until they are due
     */
    record CallDelayed(String limiter, long permits, Duration delay) implements RateLimiterEvent {
        @Override
        public String toString() {
            return "rate limiter '" + limiter + "': a call waits " + Durations.format(delay);
        }
    }

    /**
     * A call got no permits.
     *
     * @param limiter the limiter's name
     * @param rejection what the caller gets
     */
    record CallRejected(String limiter, RateLimitedException rejection) implements RateLimiterEvent {
        @Override
        public String toString() {
            return rejection.getMessage();
        }
    }

    /**
     * Permits were given back unused: a wait was interrupted or cancelled, or a reservation was.
     *
     * @param limiter the limiter's name
     * @param permits how many
     */
    record PermitsReturned(String limiter, long permits) implements RateLimiterEvent {}

    /**
     * The limiter has a new configuration.
     *
     * @param limiter the limiter's name
     * @param config the configuration from now on
     */
    record ConfigChanged(String limiter, RateLimiterConfig config) implements RateLimiterEvent {}
}
