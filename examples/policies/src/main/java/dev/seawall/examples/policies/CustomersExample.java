package dev.seawall.examples.policies;

import dev.seawall.Pipeline;
import dev.seawall.ratelimiter.KeyedRateLimiter;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.Quota;
import dev.seawall.ratelimiter.RateLimitedException;
import dev.seawall.ratelimiter.RateLimiterConfig;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** An API that gives each customer 5 calls at once and 60 a minute, whatever the others do. */
final class CustomersExample implements Examples.Example {

    private record Request(String customer) {
        String serve() {
            return "served";
        }
    }

    private final KeyedRateLimiter limiter = KeyedRateLimiter.of(
            "customers",
            Request.class,
            Request::customer,
            RateLimiterConfig.of(Limit.tokenBucket(60, Duration.ofMinutes(1), 5)),
            10_000);
    private final Pipeline api = Pipeline.of(limiter);

    @Override
    public void run(PrintStream out) {
        Map<String, Integer> served = new TreeMap<>();
        Map<String, Integer> wanted = Map.of("greedy", 50, "modest", 3);
        wanted.forEach((customer, calls) -> {
            for (int call = 0; call < calls; call++) {
                served.merge(customer, serve(new Request(customer)) ? 1 : 0, Integer::sum);
            }
        });
        served.forEach((customer, calls) -> {
            Quota quota = limiter.limiter(customer).quota();
            out.printf(
                    "  %s: %d of %d calls served; %d left, the next one in %d ms%n",
                    customer,
                    calls,
                    wanted.get(customer),
                    quota.remaining(),
                    quota.retryAfter().toMillis());
        });
    }

    private boolean serve(Request request) {
        try {
            api.callWith(request, Request::serve);
            return true;
        } catch (RateLimitedException rejection) {
            return false; // rejection.retryAfter() is what a Retry-After header says
        }
    }
}
