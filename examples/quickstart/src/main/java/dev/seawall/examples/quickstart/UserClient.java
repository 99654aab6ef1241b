package dev.seawall.examples.quickstart;

import dev.seawall.Backoff;
import dev.seawall.CallObserver;
import dev.seawall.Classifier;
import dev.seawall.Jitter;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.Result;
import dev.seawall.RetryAfter;
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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks a user service over HTTP through one Seawall pipeline. The part to copy: nothing in it knows of the demonstration.
 *
 * <p>All its requests are GETs, which may be repeated. What may not be repeated goes through a pipeline without a retry.
 */
final class UserClient {

    /** An answer of the kind 5xx or 429 is a failure, like every exception. A 404 is an answer, and no reason to try again. */
    private static final Classifier HTTP = Classifier.builder()
            .onResult(HttpResponse.class, UserClient::isFailure, Outcome.FAILURE)
            .build();

    /** When the service itself says how long to stay away, no wait is shorter. */
    static final RetryAfter RETRY_AFTER = RetryAfter.fromResult(HttpResponse.class, UserClient::retryAfter);

    private final Retry retry = Retry.of(
            "users",
            RetryConfig.builder()
                    .maxAttempts(4)
                    .backoff(Backoff.exponential(Duration.ofMillis(100)).withJitter(Jitter.FULL))
                    .retryAfter(RETRY_AFTER)
                    .budget(RetryBudget.of(0.5, 5)) // half as many retries as calls, and 5 a second
                    .build());

    private final CircuitBreaker breaker = CircuitBreaker.of(
            "users",
            CircuitBreakerConfig.builder()
                    .window(Window.count(20))
                    .failureRateThreshold(60)
                    .openDelay(Backoff.exponential(Duration.ofMillis(500)).withCap(Duration.ofSeconds(1)))
                    .retryAfter(RETRY_AFTER)
                    .trials(3)
                    .trialSuccesses(2)
                    .recoveryRamp(Duration.ofMillis(500))
                    .build());

    /** What was agreed with the service. */
    private final RateLimiter limiter = RateLimiter.of("users", Limit.tokenBucket(100, Duration.ofSeconds(1), 20));

    /** As many requests at once as the service takes without getting slower. */
    private final Bulkhead bulkhead = Bulkhead.of(
            "users",
            BulkheadConfig.builder()
                    .limit(8)
                    .queue(4)
                    .maxWait(Duration.ofMillis(100))
                    .build());

    private final Pipeline users;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI service;

    UserClient(URI service, CallObserver observer) {
        this.service = service;
        this.users = Pipeline.named("users") // the first policy is the outermost
                .with(Timeout.of("whole call", Duration.ofSeconds(2)))
                .with(retry)
                .with(limiter)
                .with(breaker)
                .with(bulkhead)
                .with(Timeout.of("one attempt", Duration.ofMillis(300)))
                .classifier(HTTP)
                .observer(observer)
                .build();
    }

    /** Blocks until there is an answer, or a reason why there is none. Throws no exception. */
    Result<HttpResponse<String>> find(int id) {
        return users.tryCall(() -> http.send(request(service, id), BodyHandlers.ofString()));
    }

    /** The same without blocking. */
    CompletableFuture<HttpResponse<String>> findAsync(int id) {
        return users.callAsync(() -> http.sendAsync(request(service, id), BodyHandlers.ofString()));
    }

    static HttpRequest request(URI service, int id) {
        return HttpRequest.newBuilder(service.resolve("/users/" + id)).build();
    }

    private static boolean isFailure(HttpResponse<?> response) {
        return response.statusCode() >= 500 || response.statusCode() == 429;
    }

    /** Reads the seconds of a Retry-After header. Its other form, a date, needs both clocks to agree and is not worth it. */
    private static @Nullable Duration retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,9}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(null);
    }

    Pipeline pipeline() {
        return users;
    }

    Retry retry() {
        return retry;
    }

    RateLimiter limiter() {
        return limiter;
    }

    Bulkhead bulkhead() {
        return bulkhead;
    }

    CircuitBreaker breaker() {
        return breaker;
    }
}
