package dev.seawall.examples.policies;

import dev.seawall.Pipeline;
import dev.seawall.VirtualRuntime;
import dev.seawall.ratelimiter.KeyedRateLimiter;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimitedException;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.SavedLimiter;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** An API sold by the month, whose server is restarted: what a customer has used stays used. Plays in virtual time. */
final class PlansExample implements Examples.Example {

    private static final RateLimiterConfig PLAN = RateLimiterConfig.builder()
            .limit(Limit.perSecond(50))
            .limit(Limit.daily(200))
            .limit(Limit.monthly(500))
            .build();

    /** A server process: a clock and a limiter of its own. */
    private static final class Server {

        private final VirtualRuntime runtime = VirtualRuntime.create();
        private final KeyedRateLimiter limiter =
                KeyedRateLimiter.of("plans", String.class, customer -> customer, PLAN, 10_000, runtime);
        private final Pipeline api =
                Pipeline.named("api").runtime(runtime).with(limiter).build();

        Server(Instant start) {
            runtime.setWallTime(start);
        }

        /** A call a second for an hour. */
        int busyHour(String customer) {
            int served = 0;
            for (int second = 0; second < 3_600; second++) {
                runtime.advance(Duration.ofSeconds(1));
                try {
                    served += api.<String, Integer, RuntimeException>callWith(customer, name -> 1);
                } catch (RateLimitedException overQuota) {
                    // overQuota.retryAfter() is the time to the end of the day or of the month
                }
            }
            return served;
        }
    }

    @Override
    public void run(PrintStream out) {
        Server server = new Server(Instant.parse("2026-04-28T10:00:00Z"));
        for (int day = 28; day <= 32; day++) {
            out.printf("  %s: %d calls served%n", server.runtime.wallTime(), server.busyHour("acme"));
            byte[] kept = server.limiter.save().toBytes(); // holds the customers' names
            server = new Server(server.runtime.wallTime().plus(Duration.ofHours(23))); // restarted at night
            server.limiter.restore(SavedLimiter.fromBytes(kept));
        }
    }
}
