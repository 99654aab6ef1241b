package dev.seawall.ratelimiter.redis;

import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.PermitStore.Decision;
import dev.seawall.ratelimiter.PermitStore.Granted;
import dev.seawall.ratelimiter.PermitStore.Impossible;
import dev.seawall.ratelimiter.PermitStore.Rejected;
import dev.seawall.ratelimiter.PermitStore.Unavailable;
import dev.seawall.ratelimiter.Quota;
import dev.seawall.ratelimiter.RateLimitedException;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.Reservation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Decides about the calls of one limiter while Redis cannot be asked. */
final class Fallback {

    private static final Decision LET_IN = new Granted(0, () -> {});
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final WhenDown whenDown;
    private final String name;
    private final RateLimiterConfig share;
    private final ResilienceRuntime runtime;
    private final AtomicReference<@Nullable RateLimiter> local = new AtomicReference<>();

    Fallback(WhenDown whenDown, String name, RateLimiterConfig config, int instances, ResilienceRuntime runtime) {
        this.whenDown = whenDown;
        this.name = name;
        this.share = config.toBuilder()
                .limits(config.limits().stream()
                        .map(limit -> share(limit, instances))
                        .toList())
                .build();
        this.runtime = runtime;
    }

    /** One instance's part of a limit. A rate is divided by making the period longer, which loses nothing. */
    static Limit share(Limit limit, int instances) {
        if (instances == 1) {
            return limit;
        }
        Duration longer = limit.period().multipliedBy(instances);
        long permits = Math.max(1, limit.permits() / instances);
        if (limit instanceof Limit.TokenBucket bucket) {
            return Limit.tokenBucket(limit.permits(), longer, Math.max(1, bucket.burst() / instances));
        }
        if (limit instanceof Limit.Pacing) {
            return Limit.pacing(limit.permits(), longer);
        }
        return limit instanceof Limit.FixedWindow
                ? Limit.fixedWindow(permits, limit.period())
                : Limit.slidingWindow(permits, limit.period());
    }

    Decision take(long permits, long maxWaitNanos) {
        return switch (whenDown) {
            case OPEN -> LET_IN;
            case CLOSED -> new Unavailable(RETRY_NANOS);
            case LOCAL -> takeLocally(permits, maxWaitNanos);
        };
    }

    private Decision takeLocally(long permits, long maxWaitNanos) {
        RateLimiter limiter = local();
        try {
            Reservation turn = limiter.reserve(permits, Duration.ofNanos(maxWaitNanos));
            return new Granted(Durations.toNanos(turn.delay()), turn::cancel);
        } catch (RateLimitedException rejection) {
            Optional<Duration> wait = rejection.retryAfter();
            return wait.isPresent() ? new Rejected(Durations.toNanos(wait.get())) : new Impossible(permits - 1);
        }
    }

    void charge(long permits) {
        if (whenDown == WhenDown.LOCAL) {
            local().charge(permits);
        }
    }

    Quota quota(Layout layout) {
        return switch (whenDown) {
            case OPEN -> layout.untouched();
            case CLOSED ->
                new Quota(layout.formulas[0].limit, 0, Duration.ofNanos(RETRY_NANOS), Duration.ofNanos(RETRY_NANOS));
            case LOCAL -> local().quota();
        };
    }

    boolean isIdle() {
        RateLimiter known = local.get();
        return known == null || known.isIdle();
    }

    private RateLimiter local() {
        RateLimiter known = local.get();
        if (known != null) {
            return known;
        }
        RateLimiter made = RateLimiter.of(name, share, runtime);
        RateLimiter before = local.compareAndExchange(null, made);
        return before == null ? made : before;
    }
}
