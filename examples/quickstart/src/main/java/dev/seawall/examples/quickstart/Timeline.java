package dev.seawall.examples.quickstart;

import dev.seawall.CallObserver;
import dev.seawall.CallTimedOutException;
import dev.seawall.Durations;
import dev.seawall.Subscription;
import dev.seawall.circuitbreaker.CircuitBreaker;
import dev.seawall.circuitbreaker.CircuitBreakerEvent;
import dev.seawall.retry.RetryEvent;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what the policies tell of themselves, a line for each event, and counts where lines would be too many. */
final class Timeline implements CallObserver, AutoCloseable {

    private static final int WIDTH = 100;
    private static final int SHOWN_IN_AN_ACT = 3; // of each kind of event

    private final PrintStream out;
    private final long start = System.nanoTime();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final ThreadLocal<String> failure = ThreadLocal.withInitial(() -> "");
    private final AtomicInteger attempts = new AtomicInteger();

    private final ReentrantLock lock = new ReentrantLock(); // guards what follows, and keeps lines whole
    private final List<CircuitBreaker.State> states = new ArrayList<>();
    private final Map<String, Integer> events = new TreeMap<>();
    private int rejections;

    Timeline(PrintStream out) {
        this.out = out;
    }

    /** Subscribes to what the client's policies tell, until {@link #close()}. */
    void follow(UserClient client) {
        CircuitBreaker breaker = client.breaker();
        subscriptions.add(client.retry().on(RetryEvent.class, this::onRetry));
        subscriptions.add(breaker.on(CircuitBreakerEvent.StateChanged.class, event -> onState(breaker, event)));
        subscriptions.add(breaker.on(CircuitBreakerEvent.CallRejected.class, event -> onRejection()));
    }

    /** Not an event of a policy: the pipeline tells its observer of each attempt that it really makes. */
    @Override
    public Observation attemptStarted(String pipeline, @Nullable Object subject) {
        attempts.incrementAndGet();
        return Observation.NONE;
    }

    private void onRetry(RetryEvent event) {
        if (event instanceof RetryEvent.AttemptFailed failed) {
            failure.set(text(failed.result(), failed.failure())); // what follows is told on the same thread
        } else if (event instanceof RetryEvent.RetryScheduled retry) {
            String delay = Durations.format(retry.delay());
            show("retries", "attempt " + (retry.attempt() - 1) + " failed: " + failure.get() + "; next in " + delay);
        } else if (event instanceof RetryEvent.Recovered recovered) {
            show("recovered", "attempt " + recovered.attempts() + " was answered");
        } else if (event instanceof RetryEvent.GaveUp gaveUp) {
            String why = gaveUp.reason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String last = text(gaveUp.result(), gaveUp.failure());
            show("gave up", "attempt " + gaveUp.attempts() + " was the last (" + why + "): " + last);
        }
    }

    private void onState(CircuitBreaker breaker, CircuitBreakerEvent.StateChanged event) {
        Duration next = breaker.snapshot().timeToNextTrial();
        String trial = next.isZero() ? "" : "; next trial in " + Durations.format(next);
        locked(() -> {
            states.add(event.to());
            printRejections();
            print("breaker", event.from() + " -> " + event.to() + ": " + event.reason() + trial);
        });
    }

    private void onRejection() {
        locked(() -> rejections++);
    }

    /** Ends the act before, and says what comes now. */
    void begin(Act act) {
        locked(() -> {
            endAct();
            String title = "act " + (act.ordinal() + 1) + ", " + act.title;
            print("SERVICE", title.toUpperCase(Locale.ROOT) + ": " + act.description);
        });
    }

    private void show(String kind, String text) {
        locked(() -> {
            if (events.merge(kind, 1, Integer::sum) <= SHOWN_IN_AN_ACT) {
                print("retry", text);
            }
        });
    }

    private void endAct() {
        printRejections();
        String rest = events.entrySet().stream()
                .filter(kind -> kind.getValue() > SHOWN_IN_AN_ACT)
                .map(kind -> kind.getKey() + " " + (kind.getValue() - SHOWN_IN_AN_ACT))
                .collect(Collectors.joining(", "));
        if (!rest.isEmpty()) {
            print("retry", "more of the same: " + rest);
        }
        events.clear();
    }

    private void printRejections() {
        if (rejections > 0) {
            print("breaker", "rejected " + rejections + " calls at once, without asking the service");
        }
        rejections = 0;
    }

    private void print(String who, String what) {
        double seconds = (System.nanoTime() - start) / 1e9;
        String line = plain(String.format(Locale.ROOT, "%6.2f s  %-8s %s", seconds, who, what));
        out.println(line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...");
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    private static String text(@Nullable Object result, @Nullable Throwable failure) {
        if (result instanceof HttpResponse<?> response) {
            return "status " + response.statusCode();
        }
        if (failure instanceof CallTimedOutException timedOut) {
            return "no answer within " + Durations.format(timedOut.limit());
        }
        return String.valueOf(failure == null ? result : failure.getMessage());
    }

    /** In the few characters that every terminal can show. */
    static String plain(String text) {
        return text.replace("≥", ">=").replace("×", "x").replace("µ", "u");
    }

    int attempts() {
        return attempts.get();
    }

    /** The states the breaker went through after the first. */
    List<CircuitBreaker.State> states() {
        lock.lock();
        try {
            return List.copyOf(states);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        subscriptions.forEach(Subscription::close);
        locked(this::endAct);
    }
}
