package dev.seawall.ratelimiter.redis;

import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.SharedRateLimiter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Takes what it can get for a while, in a process of its own, and prints how much it was. */
final class OneOfSeveralProcesses {

    private static final int THREADS = 3;

    private OneOfSeveralProcesses() {}

    /** Arguments: where Redis is, prefix, permits a second, burst, milliseconds. */
    public static void main(String[] arguments) throws InterruptedException {
        RedisURI uri = RedisURI.create(arguments[0]);
        long perSecond = Long.parseLong(arguments[2]);
        long burst = Long.parseLong(arguments[3]);
        var admitted = new AtomicLong();
        RedisClient client = RedisClient.create();
        try (RedisRateLimiters limits = RedisRateLimiters.builder(client, uri)
                .prefix(arguments[1])
                .whenDown(WhenDown.CLOSED)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            SharedRateLimiter limiter =
                    limits.limiter("shared", Limit.tokenBucket(perSecond, Duration.ofSeconds(1), burst));
            long end = System.nanoTime()
                    + Duration.ofMillis(Long.parseLong(arguments[4])).toNanos();
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            for (int i = 0; i < THREADS; i++) {
                threads.execute(() -> {
                    while (System.nanoTime() < end) {
                        if (limiter.tryAcquire()) {
                            admitted.incrementAndGet();
                        }
                    }
                });
            }
            threads.shutdown();
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("did not end");
            }
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        System.out.println("admitted " + admitted.get());
    }
}
