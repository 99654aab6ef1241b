package dev.seawall.benchmarks;

import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.time.Duration;

/** Rates that no row reaches. */
final class Limits {

    /** Per second: one permit in 5 ns, for two threads that need longer for a call each. */
    static final int RATE = 200_000_000;

    private Limits() {}

    static RateLimiterConfig resilience4j() {
        return RateLimiterConfig.custom()
                .limitForPeriod(RATE)
                .limitRefreshPeriod(Duration.ofSeconds(1))
                .writableStackTraceEnabled(false)
                .build();
    }
}
