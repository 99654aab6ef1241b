package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Jitter;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.Result;
import dev.seawall.Timeout;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.Permit;
import dev.seawall.circuitbreaker.Window;
import dev.seawall.ratelimiter.KeyedRateLimiter;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.Quota;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.Reservation;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryBudget;
import dev.seawall.retry.RetryConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The examples of the README and the pages in {@code docs}, as they stand there. */
final class DocumentedExamplesTest {

    private final int id = 7;
    private final String item = "book";
    private final Client client = new Client();
    private final Warehouse warehouse = new Warehouse();

    @Test
    void readme_pipelineOfTheFirstExample_runsEveryKindOfCall() throws IOException {
        // spotless:off
        CircuitBreaker breaker = CircuitBreaker.of("users");      // a live instance, which other pipelines may share

        Pipeline users = Pipeline.named("users")                  // first added = outermost
                .with(Timeout.of("total", Duration.ofSeconds(3)))
                .with(Retry.of("users"))                          // 4 attempts, exponential delays with full jitter
                .with(breaker)
                .with(Timeout.of("attempt", Duration.ofSeconds(1)))
                .build();

        User user = users.call(() -> client.load(id));            // throws exactly what load throws
        CompletableFuture<User> later = users.callAsync(() -> client.loadAsync(id));
        Result<User> result = users.tryCall(() -> client.load(id));         // Success | Failure | Rejected
        User orGuest = users.callOr(() -> client.load(id), failure -> User.GUEST);
        // spotless:on

        assertThat(user).isEqualTo(new User(7));
        assertThat(later.join()).isEqualTo(user);
        assertThat(result).isEqualTo(new Result.Success<>(user));
        assertThat(orGuest).isEqualTo(user);
        assertThat(users.findings()).isEmpty();
    }

    @Test
    void pipelinePage_classifier_ignoresBadArguments() {
        // spotless:off
        Classifier http = Classifier.builder()
                .onResult(HttpResponse.class, response -> response.statusCode() >= 500, Outcome.FAILURE)
                .onException(IllegalArgumentException.class, Outcome.NEUTRAL)
                .build();
        // spotless:on

        assertThat(http.failure(new IllegalArgumentException())).isEqualTo(Outcome.NEUTRAL);
        assertThat(http.failure(new IOException())).isEqualTo(Outcome.FAILURE);
    }

    @Test
    void breakerPage_breakerAndPermit_countTheCall() {
        // spotless:off
        CircuitBreaker inventory = CircuitBreaker.of("inventory", CircuitBreakerConfig.builder()
                .window(Window.time(Duration.ofSeconds(10)))
                .failureRateThreshold(50)
                .slowCallDuration(Duration.ofSeconds(2))
                .slowCallRateThreshold(80)
                .openDelay(Backoff.exponential(Duration.ofSeconds(5)).withCap(Duration.ofMinutes(1)))
                .build());

        try (Permit permit = inventory.acquire()) {     // throws CircuitOpenException
            boolean reserved = warehouse.reserve(item);
            permit.settle(reserved ? Outcome.SUCCESS : Outcome.FAILURE);
        }                                               // not settled: counts nowhere
        // spotless:on

        assertThat(inventory.snapshot().calls()).isEqualTo(1);
        assertThat(inventory.snapshot().failures()).isZero();
    }

    @Test
    void retryPage_budgetAndRetry_areInForce() {
        // spotless:off
        RetryBudget budget = RetryBudget.of(0.1, 10);             // retries: a tenth of the calls, and 10 a second

        Retry users = Retry.of("users", RetryConfig.builder()
                .maxAttempts(4)                                   // the first one included
                .backoff(Backoff.exponential(Duration.ofMillis(100)).withJitter(Jitter.FULL))
                .budget(budget)
                .build());
        // spotless:on

        assertThat(users.config().budget()).isSameAs(budget);
        assertThat(users.config().maxAttempts()).isEqualTo(4);
    }

    @Test
    void limiterPage_limiterAndVerbs_takeAndGiveBack() {
        // spotless:off
        RateLimiter search = RateLimiter.of("search", RateLimiterConfig.builder()
                .limit(Limit.perSecond(100))                              // a bucket of 100, refilled evenly
                .limit(Limit.fixedWindow(100_000, Duration.ofDays(1)))    // and no more than that in a day
                .maxWait(Duration.ofMillis(200))                          // longer waits are refused at once
                .permits(Query.class, Query::pages)                       // what a call costs
                .build());

        if (search.tryAcquire(5)) {
            // five permits were there
        }
        search.acquire(1, Duration.ofSeconds(1));         // waits up to a second, or throws at once

        Reservation later = search.reserve(3, Duration.ofMinutes(1));     // taken now, due later
        Duration delay = later.delay();
        later.cancel();                                   // not needed after all: others get the time

        search.charge(40);                                // it was dearer than thought; later calls wait for it

        Quota quota = search.quota();                     // for RateLimit and Retry-After headers
        // spotless:on

        assertThat(delay).isZero();
        assertThat(quota.remaining()).isLessThanOrEqualTo(100);
        assertThat(search.config().limits()).hasSize(2);
    }

    @Test
    void limiterPage_limiterOfEachKey_letsTheCallRun() {
        Query query = new Query("acme", 2);
        // spotless:off
        KeyedRateLimiter perCustomer = KeyedRateLimiter.of(
                "customers", Query.class, Query::customer, RateLimiterConfig.of(Limit.perMinute(60)), 50_000);

        Pipeline pipeline = Pipeline.named("search").with(perCustomer).build();
        List<String> hits = pipeline.callWith(query, Query::run);
        // spotless:on

        assertThat(hits).containsExactly("acme");
        assertThat(perCustomer.limiter("acme").quota().remaining()).isEqualTo(59);
    }

    private record Query(String customer, int pages) {
        List<String> run() {
            return List.of(customer);
        }
    }

    private record User(int id) {
        static final User GUEST = new User(0);
    }

    private static final class Client {
        User load(int id) throws IOException {
            if (id < 0) {
                throw new IOException("no such user");
            }
            return new User(id);
        }

        CompletableFuture<User> loadAsync(int id) {
            return CompletableFuture.completedFuture(new User(id));
        }
    }

    private static final class Warehouse {
        boolean reserve(String item) {
            return !item.isEmpty();
        }
    }
}
