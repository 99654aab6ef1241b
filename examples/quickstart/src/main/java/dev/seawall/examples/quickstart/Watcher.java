package dev.seawall.examples.quickstart;

import dev.seawall.CallObserver;
import dev.seawall.CallTimedOutException;
import dev.seawall.Durations;
import dev.seawall.Subscription;
import dev.seawall.bulkhead.BulkheadEvent;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.CallRejected;
import dev.seawall.circuitbreaker.CircuitBreakerEvent.StateChanged;
import dev.seawall.ratelimiter.RateLimiterEvent;
import dev.seawall.retry.RetriesExhaustedException;
import dev.seawall.retry.RetryEvent;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Listens to the policies of a client, and puts what they tell into words. */
final class Watcher implements CallObserver, AutoCloseable {

    private final Timeline timeline;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Queue<CircuitBreaker.State> states = new ConcurrentLinkedQueue<>();
    private final AtomicInteger rejectedByBreaker = new AtomicInteger();
    private final AtomicInteger attempts = new AtomicInteger();

    Watcher(Timeline timeline) {
        this.timeline = timeline;
    }

    /** Subscribes, until {@link #close()}. */
    void follow(UserClient client) {
        CircuitBreaker breaker = client.breaker();
        subscriptions.add(client.retry().on(RetryEvent.class, this::onRetry));
        subscriptions.add(breaker.on(StateChanged.class, event -> onState(breaker, event)));
        subscriptions.add(breaker.on(CallRejected.class, event -> breakerRejected()));
        subscriptions.add(
                client.limiter().on(RateLimiterEvent.CallRejected.class, event -> timeline.rejection("limiter")));
        subscriptions.add(
                client.bulkhead().on(BulkheadEvent.CallRejected.class, event -> timeline.rejection("bulkhead")));
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
    }

    /** The pipeline tells its observer of each attempt that no policy held back. */
    @Override
    public Observation attemptStarted(String pipeline, @Nullable Object subject) {
        attempts.incrementAndGet();
        return Observation.NONE;
    }

    private void breakerRejected() {
        rejectedByBreaker.incrementAndGet();
        timeline.rejection("breaker");
    }

    private void onRetry(RetryEvent event) {
        if (event instanceof RetryEvent.RetryScheduled retry) {
            String delay = Durations.format(retry.delay());
            String failure = text(retry.result(), retry.failure());
            int failed = retry.attempt() - 1;
            timeline.retry("retries", "attempt " + failed + " failed: " + failure + "; next in " + delay);
        } else if (event instanceof RetryEvent.Recovered recovered) {
            timeline.retry("recovered", "recovered: attempt " + recovered.attempts() + " was answered");
        } else if (event instanceof RetryEvent.GaveUp gaveUp) {
            String failure = text(gaveUp.result(), gaveUp.failure());
            timeline.retry("gave up", "gave up, " + why(gaveUp) + ": " + failure);
        }
    }

    private void onState(CircuitBreaker breaker, StateChanged event) {
        states.add(event.to());
        Duration next = breaker.snapshot().timeToNextTrial();
        String trial = next.isZero() ? "" : "; next trial in " + Durations.format(next);
        timeline.breaker(event.from() + " -> " + event.to() + ": " + event.reason() + trial);
    }

    private static String why(RetryEvent.GaveUp event) {
        return switch (event.reason()) {
            case ATTEMPTS -> "attempt " + event.attempts() + " was the last";
            case DEADLINE -> "no time is left for attempt " + (event.attempts() + 1);
            case REJECTED -> "the next attempt was rejected";
            default -> event.reason().toString();
        };
    }

    private static String text(@Nullable Object result, @Nullable Throwable failure) {
        if (result instanceof HttpResponse<?> response) {
            return "status " + response.statusCode();
        }
        if (failure instanceof RetriesExhaustedException exhausted) {
            return text(exhausted.lastResult(), null);
        }
        if (failure instanceof CallTimedOutException timedOut) {
            return "no answer within " + Durations.format(timedOut.limit());
        }
        return failure instanceof IOException ? "the connection broke" : String.valueOf(failure);
    }

    int rejectedByBreaker() {
        return rejectedByBreaker.get();
    }

    int attempts() {
        return attempts.get();
    }

    /** The states the breaker has gone through since it was first closed. */
    List<CircuitBreaker.State> states() {
        return List.copyOf(states);
    }
}
