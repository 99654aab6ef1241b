package dev.seawall.examples.apiquotas;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** Asks both instances in turn, so often a second, and counts what it gets. */
final class Client {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final int perSecond;
    private final boolean polite; // stays away as long as it is told to
    private final List<URI> instances;
    private final HttpClient http;
    private final AtomicLong turn = new AtomicLong();
    private final AtomicLong underWay = new AtomicLong();
    private final AtomicLong stayAwayUntil = new AtomicLong();
    private final AtomicLongArray got;
    private final AtomicLongArray limited;
    private final AtomicLong failed = new AtomicLong();

    Client(String name, int perSecond, boolean polite, List<URI> instances, HttpClient http) {
        this.name = name;
        this.perSecond = perSecond;
        this.polite = polite;
        this.instances = instances;
        this.http = http;
        this.got = new AtomicLongArray(instances.size());
        this.limited = new AtomicLongArray(instances.size());
        this.stayAwayUntil.set(System.nanoTime());
    }

    ScheduledFuture<?> start(ScheduledExecutorService timer) {
        return timer.scheduleAtFixedRate(this::ask, 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
    }

    private void ask() {
        if (polite && System.nanoTime() - stayAwayUntil.get() < 0) {
            return;
        }
        int instance = (int) (turn.getAndIncrement() % instances.size());
        HttpRequest request = HttpRequest.newBuilder(instances.get(instance))
                .header("X-Client", name)
                .timeout(PATIENCE)
                .build();
        underWay.incrementAndGet();
        CompletionStage<HttpResponse<Void>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        answer.whenComplete((response, failure) -> {
            count(instance, response);
            underWay.decrementAndGet();
        });
    }

    /** There is no response if the request failed. */
    private void count(int instance, HttpResponse<Void> response) {
        if (response == null) {
            failed.incrementAndGet();
        } else if (response.statusCode() == 429) {
            limited.incrementAndGet(instance);
            long seconds = response.headers().firstValueAsLong("Retry-After").orElse(1);
            stayAwayUntil.set(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
        } else {
            got.incrementAndGet(instance);
        }
    }

    String name() {
        return name;
    }

    boolean isWaiting() {
        return underWay.get() > 0;
    }

    long failed() {
        return failed.get();
    }

    long got(int instance) {
        return got.get(instance);
    }

    long got() {
        return sum(got);
    }

    long limited(int instance) {
        return limited.get(instance);
    }

    long limited() {
        return sum(limited);
    }

    private static long sum(AtomicLongArray counts) {
        long sum = 0;
        for (int i = 0; i < counts.length(); i++) {
            sum += counts.get(i);
        }
        return sum;
    }
}
