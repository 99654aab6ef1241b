package dev.seawall.examples.payments;

import dev.seawall.Backoff;
import dev.seawall.Jitter;
import dev.seawall.Pipeline;
import dev.seawall.idempotency.http.IdempotentClient;
import dev.seawall.idempotency.http.IdempotentResponse;
import dev.seawall.retry.Retry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Want to pay, once each; one in five is impatient and clicks twice. */
final class Customers {

    private static final int AT_ONCE = 8;
    private static final int ONE_IMPATIENT_IN = 5;

    private final HttpClient http = HttpClient.newHttpClient();
    private final IdempotentClient client = IdempotentClient.of(
            http,
            Pipeline.of(Retry.of(
                    "payments",
                    IdempotentClient.retries().toBuilder()
                            .maxAttempts(100)
                            .backoff(Backoff.exponential(Duration.ofMillis(5))
                                    .withCap(Duration.ofMillis(100))
                                    .withJitter(Jitter.FULL))
                            .maxDuration(Duration.ofMinutes(2))
                            .build())));
    private final URI uri;
    final AtomicInteger clicks = new AtomicInteger();
    final AtomicInteger retries = new AtomicInteger();
    final AtomicInteger replays = new AtomicInteger();
    final AtomicInteger unpaid = new AtomicInteger();

    Customers(int port) {
        this.uri = URI.create("http://127.0.0.1:" + port + "/payments");
    }

    void pay(int payments) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < payments; i++) {
                HttpRequest payment = HttpRequest.newBuilder(uri)
                        .POST(BodyPublishers.ofString("payment-" + i))
                        .header("Idempotency-Key", "\"click-" + i + "\"")
                        .build();
                for (int click = 0; click <= (i % ONE_IMPATIENT_IN == 0 ? 1 : 0); click++) {
                    all.add(threads.submit(() -> click(payment)));
                }
            }
            for (Future<?> each : all) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private Void click(HttpRequest payment) throws Exception {
        clicks.incrementAndGet();
        IdempotentResponse<String> answer = client.send(payment, BodyHandlers.ofString());
        retries.addAndGet(answer.attempts() - 1);
        if (answer.replayed()) {
            replays.incrementAndGet();
        }
        if (answer.response().statusCode() != 201) {
            unpaid.incrementAndGet();
        }
        return null;
    }
}
