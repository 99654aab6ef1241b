package dev.seawall.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Jitter;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Result;
import dev.seawall.Timeout;
import dev.seawall.VirtualRuntime;
import dev.seawall.bulkhead.AdaptiveLimit;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.bulkhead.ExecutorBulkhead;
import dev.seawall.bulkhead.PartitionSnapshot;
import dev.seawall.bulkhead.QueueOrder;
import dev.seawall.circuitbreaker.AdaptiveThrottle;
import dev.seawall.circuitbreaker.AdaptiveThrottleConfig;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.Permit;
import dev.seawall.circuitbreaker.Window;
import dev.seawall.contextpropagation.ContextPropagation;
import dev.seawall.ratelimiter.KeyedRateLimiter;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.Quota;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.ratelimiter.RateLimiterConfig;
import dev.seawall.ratelimiter.Reservation;
import dev.seawall.ratelimiter.SavedLimiter;
import dev.seawall.retry.Hedge;
import dev.seawall.retry.HedgeConfig;
import dev.seawall.retry.HedgeDelay;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryBudget;
import dev.seawall.retry.RetryConfig;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
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

        RetryConfig retries = RetryConfig.builder()               // 4 attempts, exponential delays with full jitter,
                .budget(RetryBudget.of(0.1, 10))                  // in all a tenth of the calls, and 10 a second
                .build();

        Pipeline users = Pipeline.named("users")                  // first added = outermost
                .with(Timeout.of("total", Duration.ofSeconds(3)))
                .with(Retry.of("users", retries))
                .with(RateLimiter.of("users", Limit.perSecond(100)))
                .with(breaker)
                .with(Bulkhead.of("users", 20))                   // calls at once; as many may wait for up to 5 s
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
    void breakerPage_callsThatHang_openTheBreaker() {
        VirtualRuntime runtime = VirtualRuntime.create();
        // spotless:off
        CircuitBreaker inventory = CircuitBreaker.of("inventory", CircuitBreakerConfig.builder()
                .slowCallDuration(Duration.ofSeconds(2))
                .build(), runtime);
        List<Permit> hanging = Stream.generate(inventory::acquire).limit(20).toList();

        runtime.advance(Duration.ofSeconds(2));
        Optional<Permit> next = inventory.tryAcquire();         // empty: 20 of 20 calls were slow or still running after 2 s
        // spotless:on

        assertThat(hanging).hasSize(20);
        assertThat(next).isEmpty();
    }

    @Test
    void breakerPage_severalWindows_areOne() {
        // spotless:off
        Window window = Window.anyOf(
                Window.time(Duration.ofMinutes(1)),             // the first one is what a snapshot shows
                Window.consecutive(5));
        // spotless:on

        assertThat(window).hasToString("last 60 s in 10 slots or 5 failures in a row");
    }

    @Test
    void throttlePage_throttleInsideARetry_countsEachAttempt() {
        // spotless:off
        AdaptiveThrottle search = AdaptiveThrottle.of("search", AdaptiveThrottleConfig.builder()
                .window(Duration.ofMinutes(1))
                .multiplier(2)                                    // nothing is rejected while half of the calls are accepted
                .build());

        Pipeline pipeline = Pipeline.named("search")
                .with(Retry.of("search"))
                .with(search)                                     // inside the retry: each attempt is a request
                .with(Timeout.of("attempt", Duration.ofSeconds(1)))
                .build();
        // spotless:on

        assertThat(pipeline.call(() -> "found")).isEqualTo("found");
        assertThat(search.snapshot().accepts()).isEqualTo(1);
        assertThat(pipeline.findings()).isEmpty();
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
    void hedgePage_pipeline_hasNothingDoubtful() {
        // spotless:off
        RetryBudget budget = RetryBudget.of(0.05, 1);             // hedges: a twentieth of the calls, and 1 a second

        Hedge hedge = Hedge.of("search", HedgeConfig.builder()
                .delay(HedgeDelay.percentile(95, Duration.ofMillis(5), Duration.ofSeconds(1)))
                .budget(budget)
                .build());

        Pipeline search = Pipeline.named("search")
                .with(Timeout.of("total", Duration.ofSeconds(3)))
                .with(hedge)
                .with(CircuitBreaker.of("search"))                // sees each attempt
                .with(Timeout.of("attempt", Duration.ofSeconds(1)))
                .build();
        // spotless:on

        assertThat(search.call(() -> "found")).isEqualTo("found");
        assertThat(search.findings()).isEmpty();
        assertThat(hedge.snapshot().delay()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void bulkheadPage_bulkheadAndPermit_runTheWork() {
        Loader client = new Loader();
        // spotless:off
        Bulkhead users = Bulkhead.of("users", BulkheadConfig.builder()
                .limit(20)                                        // at once
                .queue(50)                                        // more may wait
                .maxWait(Duration.ofSeconds(2))                   // for so long
                .priority(Request.class, Request::urgency)        // the most urgent first
                .build());

        try (var permit = users.acquire()) {                      // throws BulkheadFullException
            client.load(permit);
        }
        // spotless:on

        assertThat(client.loads).isEqualTo(1);
        assertThat(users.isIdle()).isTrue();
        assertThat(users.config().order()).isEqualTo(QueueOrder.PRIORITY);
    }

    @Test
    void adaptivePage_bulkhead_startsAtItsLimit() {
        // spotless:off
        Bulkhead users = Bulkhead.of("users", BulkheadConfig.builder()
                .limit(20)                                                 // where it starts
                .adaptive(AdaptiveLimit.vegas(2, 200))                     // and between which bounds it goes on
                .overload(HttpResponse.class, response -> response.statusCode() == 503)
                .build());
        // spotless:on

        assertThat(users.snapshot().limit()).isEqualTo(20);
    }

    @Test
    void bulkheadPage_executorAndContext_runTheCall() {
        // spotless:off
        ExecutorBulkhead reports = ExecutorBulkhead.of("reports", BulkheadConfig.builder().limit(4).build());

        Pipeline pipeline = Pipeline.named("reports")
                .with(Timeout.of(Duration.ofSeconds(30)))         // answers on time, whatever the call does
                .with(reports)                                    // its thread and permit stay with the call until that ends
                .build();

        ResilienceRuntime runtime = ResilienceRuntime.builder()
                .context(ContextPropagation.capturing())
                .build();
        // spotless:on

        assertThat(pipeline.call(() -> Thread.currentThread().getName())).isEqualTo("bulkhead-reports-1");
        reports.close();
        runtime.close();
    }

    @Test
    void bulkheadPage_partitions_haveTheirShares() {
        record Request(String plan) {}
        // spotless:off
        Bulkhead search = Bulkhead.of("search", BulkheadConfig.builder()
                .limit(20)
                .queue(50)
                .partitions(Request.class, Request::plan, Map.of("gold", 50, "silver", 20))    // in percent; 30 for all
                .build());
        // spotless:on

        assertThat(search.snapshot().partitions())
                .containsExactly(new PartitionSnapshot("gold", 10, 0, 0), new PartitionSnapshot("silver", 4, 0, 0));
    }

    private record Request(int urgency) {}

    private static final class Loader {
        private int loads;

        void load(dev.seawall.bulkhead.Permit permit) {
            loads += permit == null ? 0 : 1;
        }
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

    @Test
    void limiterPage_quotas_holdBesideTheRate() {
        // spotless:off
        RateLimiterConfig plan = RateLimiterConfig.builder()
                .limit(Limit.perSecond(10))                               // at any time
                .limit(Limit.daily(10_000))                               // in UTC
                .limit(Limit.monthly(200_000, ZoneId.of("Europe/Berlin")))    // by the clocks of Berlin
                .build();
        // spotless:on

        assertThat(RateLimiter.of("plan", plan).quota().remaining()).isEqualTo(10);
    }

    @Test
    void limiterPage_savedLimiter_goesOn() {
        KeyedRateLimiter perCustomer = KeyedRateLimiter.of(
                "customers", Query.class, Query::customer, RateLimiterConfig.of(Limit.monthly(60)), 50_000);
        perCustomer.limiter("acme").acquire();
        // spotless:off
        byte[] kept = perCustomer.save().toBytes();       // holds the keys: keep it as secret as they are

        perCustomer.restore(SavedLimiter.fromBytes(kept));    // after the restart, before the first call
        // spotless:on

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
