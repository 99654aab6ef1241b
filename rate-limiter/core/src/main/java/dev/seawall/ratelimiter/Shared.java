package dev.seawall.ratelimiter;

import dev.seawall.CallInterruptedException;
import dev.seawall.EventPublisher;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.ratelimiter.RateLimiterEvent.CallDelayed;
import dev.seawall.ratelimiter.RateLimiterEvent.CallRejected;
import dev.seawall.ratelimiter.RateLimiterEvent.ConfigChanged;
import dev.seawall.ratelimiter.RateLimiterEvent.PermitsReturned;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/** What the limiters of all keys have in common. A limiter without keys has one to itself. */
final class Shared {

    final String name;
    final ResilienceRuntime runtime;
    final boolean padded;
    final Calendars calendars;
    final EventPublisher<RateLimiterEvent> events = new EventPublisher<>();
    final ReentrantLock control = new ReentrantLock(); // orders changes of the configuration
    final LongAdder delayed = new LongAdder();
    final LongAdder rejected = new LongAdder();

    Shared(String name, ResilienceRuntime runtime, boolean padded) {
        this.name = Require.name(name);
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.padded = padded;
        this.calendars = new Calendars(runtime);
    }

    Plan plan(RateLimiterConfig config) {
        return new Plan(Objects.requireNonNull(config, "config"), runtime.now(), calendars);
    }

    void tellDelayed(long permits, long nanos) {
        delayed.increment();
        if (events.wants(CallDelayed.class)) {
            events.publish(new CallDelayed(name, permits, Duration.ofNanos(nanos)));
        }
    }

    RateLimitedException tellRejected(RateLimitedException rejection) {
        rejected.increment();
        if (events.wants(CallRejected.class)) {
            events.publish(new CallRejected(name, rejection));
        }
        return rejection;
    }

    CallInterruptedException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new CallInterruptedException(name, "a permit", cause);
    }

    void tellReturned(long permits) {
        if (events.wants(PermitsReturned.class)) {
            events.publish(new PermitsReturned(name, permits));
        }
    }

    void tellChanged(RateLimiterConfig config) {
        if (events.wants(ConfigChanged.class)) {
            events.publish(new ConfigChanged(name, config));
        }
    }
}
