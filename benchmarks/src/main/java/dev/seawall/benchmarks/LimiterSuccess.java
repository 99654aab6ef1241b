package dev.seawall.benchmarks;

import com.google.common.util.concurrent.RateLimiter;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.function.CheckedSupplier;
import dev.seawall.Call;
import dev.seawall.Pipeline;
import dev.seawall.ratelimiter.Limit;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A call that a rate limiter lets through at once: a token bucket that is never empty. Bucket4j and Guava limit no calls, so
 * theirs is the question one puts before a call.
 */
public class LimiterSuccess extends Row {

    private final Pipeline seawall = Pipeline.of(
            dev.seawall.ratelimiter.RateLimiter.of("seawall", Limit.tokenBucket(Limits.RATE, Duration.ofSeconds(1))));
    private final Call<Object, RuntimeException> call = this::work;

    private final Supplier<Object> resilience4j = io.github.resilience4j.ratelimiter.RateLimiter.decorateSupplier(
            io.github.resilience4j.ratelimiter.RateLimiter.of("resilience4j", Limits.resilience4j()), this::work);

    private final FailsafeExecutor<Object> failsafe =
            Failsafe.with(dev.failsafe.RateLimiter.burstyBuilder(Limits.RATE, Duration.ofSeconds(1))
                    .build());
    private final CheckedSupplier<Object> supplier = this::work;

    private final Bucket bucket4j = Bucket.builder()
            .addLimit(limit -> limit.capacity(Limits.RATE).refillGreedy(Limits.RATE, Duration.ofSeconds(1)))
            .withNanosecondPrecision()
            .build();

    @SuppressWarnings("UnstableApiUsage")
    private final RateLimiter guava = RateLimiter.create(Limits.RATE);

    @Benchmark
    public Object seawall() {
        return seawall.call(call);
    }

    @Benchmark
    public Object resilience4j() {
        return resilience4j.get();
    }

    @Benchmark
    public Object failsafe() {
        return failsafe.get(supplier);
    }

    @Benchmark
    public Object bucket4j() {
        if (!bucket4j.tryConsume(1)) {
            throw new IllegalStateException("over the limit");
        }
        return call.call();
    }

    @Benchmark
    @SuppressWarnings("UnstableApiUsage")
    public Object guava() {
        if (!guava.tryAcquire()) {
            throw new IllegalStateException("over the limit");
        }
        return call.call();
    }
}
