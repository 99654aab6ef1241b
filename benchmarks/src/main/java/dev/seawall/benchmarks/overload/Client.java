package dev.seawall.benchmarks.overload;

import dev.seawall.Backoff;
import dev.seawall.CallObserver;
import dev.seawall.Classifier;
import dev.seawall.Jitter;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.bulkhead.Bulkhead;
import dev.seawall.bulkhead.BulkheadConfig;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerConfig;
import dev.seawall.circuitbreaker.Window;
import dev.seawall.ratelimiter.Limit;
import dev.seawall.ratelimiter.RateLimiter;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryBudget;
import dev.seawall.retry.RetryConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** A client as a careful user would build it for a dependency with {@value Dependency#WORKERS} workers. */
final class Client {

    static final Duration WHOLE_CALL = Duration.ofSeconds(1);
    static final Duration LONGEST_QUEUEING = Duration.ofMillis(100);

    private static final Duration ONE_ATTEMPT = Duration.ofMillis(500);
    private static final Duration SLOW = Duration.ofMillis(300); // the wait for the bulkhead is part of it
    private static final int IN_FLIGHT = Dependency.WORKERS + 2; // so that no worker waits for the way back and forth
    private static final int WARM_UPS = 20;
    private static final Classifier HTTP = Classifier.builder()
            .onResult(HttpResponse.class, response -> response.statusCode() >= 500, Outcome.FAILURE)
            .build();

    private final AtomicLong attempts = new AtomicLong();
    // Calls that are turned away count too: 1 % of ten times the capacity is a tenth of the capacity.
    private final RetryBudget budget = RetryBudget.of(0.01, 2, 10, ResilienceRuntime.shared());
    private final long budgetMade = System.nanoTime();
    private final Retry retry = Retry.of(
            "dependency",
            RetryConfig.builder()
                    .maxAttempts(3)
                    .backoff(Backoff.exponential(Duration.ofMillis(50)).withJitter(Jitter.FULL))
                    .budget(budget)
                    .build());
    // Twice as much as can be answered: what is beyond ends where it costs least.
    private final RateLimiter limiter = RateLimiter.of("dependency", Limit.perSecond(2 * Dependency.CAPACITY));
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "dependency",
            CircuitBreakerConfig.builder()
                    .window(Window.count(100))
                    .slowCallDuration(SLOW)
                    .slowCallRateThreshold(50)
                    .openDelay(Backoff.exponential(Duration.ofMillis(500)).withCap(Duration.ofSeconds(2)))
                    .trialLease(WHOLE_CALL)
                    .recoveryRamp(Duration.ofSeconds(3))
                    .build());
    private final Bulkhead bulkhead = Bulkhead.of(
            "dependency",
            BulkheadConfig.builder()
                    .limit(IN_FLIGHT)
                    .queue(Dependency.WORKERS)
                    .maxWait(LONGEST_QUEUEING)
                    .build());
    private final Pipeline pipeline;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI dependency;

    /**
     * A client.
     *
     * @param bare whether it has nothing but a time limit, to compare with
     */
    Client(URI dependency, boolean bare) {
        this.dependency = dependency;
        this.pipeline = bare ? bare() : guarded();
    }

    private Pipeline guarded() {
        return Pipeline.named("dependency")
                .with(Timeout.of("whole call", WHOLE_CALL))
                .with(retry)
                .with(limiter)
                .with(breaker)
                .with(bulkhead)
                .with(Timeout.of("one attempt", ONE_ATTEMPT))
                .classifier(HTTP)
                .observer(new Attempts())
                .build();
    }

    private Pipeline bare() {
        return Pipeline.named("bare")
                .with(Timeout.of("whole call", WHOLE_CALL))
                .observer(new Attempts())
                .build();
    }

    /** Sends some requests past the policies: the first ones of a JVM take long, and would look like trouble. */
    void warmUp() throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            send(i);
        }
    }

    /** Counts what goes to the dependency. */
    private final class Attempts implements CallObserver {
        @Override
        public Observation attemptStarted(String pipeline, Object subject) {
            attempts.incrementAndGet();
            return Observation.NONE;
        }
    }

    /** Returns when there is an answer. */
    HttpResponse<String> ask(int call) throws IOException, InterruptedException {
        try {
            return pipeline.call(() -> send(call));
        } catch (IOException | InterruptedException | RuntimeException failure) {
            throw failure;
        } catch (Exception other) {
            throw new IllegalStateException(other);
        }
    }

    private HttpResponse<String> send(int call) throws Exception {
        return http.send(request(call), BodyHandlers.ofString());
    }

    CompletableFuture<HttpResponse<String>> askAsync(int call) {
        return pipeline.callAsync(() -> http.sendAsync(request(call), BodyHandlers.ofString()));
    }

    private HttpRequest request(int call) {
        return HttpRequest.newBuilder(dependency.resolve(path(call))).build();
    }

    /** What is asked for, and answered. */
    static String path(int call) {
        return "/" + call;
    }

    /** What the budget's sum comes to for so many calls, now. */
    double retriesAllowed(int calls) {
        return retriesAllowed(budget, calls, (System.nanoTime() - budgetMade) / 1e9);
    }

    static double retriesAllowed(RetryBudget budget, int calls, double seconds) {
        return budget.share() * calls + budget.burst() + budget.minimumPerSecond() * seconds;
    }

    long attempts() {
        return attempts.get();
    }

    Retry retry() {
        return retry;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    Pipeline pipeline() {
        return pipeline;
    }
}
