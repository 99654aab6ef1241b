package dev.seawall.idempotency.http;

import dev.seawall.Classifier;
import dev.seawall.Outcome;
import dev.seawall.Pipeline;
import dev.seawall.RetryAfter;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryConfig;
import dev.seawall.retry.RetryConfig.ExhaustedResult;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that have their effect once, however often they are sent: each gets an {@code Idempotency-Key} that stays the same
 * over all tries.
 *
 * <p><b>What is tried again:</b> a request that fails with an {@link IOException}, and one that is answered with 408, 425, 429, 500,
 * 502, 503, 504 or, if the server says when to come back, 409; never one that was {@linkplain IdempotentResponse#replayed replayed}.
 * Waits are at least what {@code Retry-After} says in seconds. When the tries are used up, the last answer is returned, or the
 * last exception thrown: then nobody knows whether the request had its effect, and it may be sent again with the same key, which
 * the caller must have chosen.
 *
 * <p>The body of the request must be one that can be sent again, such as a text or an array. The server must know the header field:
 * one that does not may have the effect again with each try.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class IdempotentClient {

    private static final int CONFLICT = 409;
    private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Pattern SECONDS = Pattern.compile("\\d{1,7}");

    private static final RetryConfig RETRIES = RetryConfig.builder()
            .classifier(Classifier.builder()
                    .onResult(HttpResponse.class, IdempotentClient::mayPass, Outcome.FAILURE)
                    .onException(IOException.class, Outcome.FAILURE)
                    .onException(Throwable.class, Outcome.NEUTRAL)
                    .build())
            .retryAfter(RetryAfter.fromResult(HttpResponse.class, IdempotentClient::retryAfter)
                    .or(RetryAfter.fromRejections()))
            .maxDuration(Duration.ofMinutes(1))
            .onExhaustedResult(ExhaustedResult.RETURN)
            .build();

    private final HttpClient client;
    private final Pipeline pipeline;

    private IdempotentClient(HttpClient client, Pipeline pipeline) {
        this.client = Objects.requireNonNull(client, "client");
        this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
    }

    /**
     * A client that tries up to 4 times within a minute, as {@link #retries()} says.
     *
     * @param client sends; stays the caller's. Give it a timeout to connect, and the requests one of their own
     * @return a new client
     */
    public static IdempotentClient of(HttpClient client) {
        return of(client, Pipeline.of(Retry.of("idempotent requests", retries())));
    }

    /**
     * A client with a pipeline of the caller's.
     *
     * @param client sends; stays the caller's
     * @param pipeline should have a {@link Retry} with {@link #retries()}, or something made from it
     * @return a new client
     */
    public static IdempotentClient of(HttpClient client, Pipeline pipeline) {
        return new IdempotentClient(client, pipeline);
    }

    /**
     * What is tried again, how often and when: 4 attempts, delays of 100, 200, 400 ms with full jitter, the last attempt begun within
     * a minute, the last answer returned.
     *
     * @return to be changed with {@link RetryConfig#toBuilder()}
     */
    public static RetryConfig retries() {
        return RETRIES;
    }

    /**
     * Sends a request.
     *
     * @param request gets a random key unless it has one
     * @param body reads the answers; of one that is tried again, what can be closed is closed
     * @param <T> what it reads
     * @return the last answer
     * @throws IOException of the last try, if it had no answer; those before are suppressed on it
     * @throws InterruptedException if the thread is interrupted while it waits for an answer; between tries, a
     *     {@link dev.seawall.CallInterruptedException} says so
     */
    public <T> IdempotentResponse<T> send(HttpRequest request, BodyHandler<T> body)
            throws IOException, InterruptedException {
        Sending<T> sending = new Sending<>(withKey(request), body);
        try {
            return sending.end(pipeline.<HttpResponse<T>, Exception>call(sending::once));
        } catch (IOException | InterruptedException | RuntimeException expected) {
            throw expected;
        } catch (Exception strange) {
            throw new IllegalStateException("the pipeline threw what no request can throw", strange);
        }
    }

    /**
     * Sends a request, and waits for nothing.
     *
     * @param request gets a random key unless it has one
     * @param body reads the answers; of one that is tried again, what can be closed is closed
     * @param <T> what it reads
     * @return ends as {@link #send} does; cancelling it ends the tries
     */
    public <T> CompletableFuture<IdempotentResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> body) {
        Sending<T> sending = new Sending<>(withKey(request), body);
        CompletableFuture<HttpResponse<T>> last = pipeline.callAsync(sending::onceAsync);
        CompletableFuture<IdempotentResponse<T>> end = last.thenApply(sending::end);
        CompletionStage<IdempotentResponse<T>> ended = end;
        ended.whenComplete((given, failure) -> {
            if (end.isCancelled()) {
                last.cancel(true);
            }
        });
        return end;
    }

    private static HttpRequest withKey(HttpRequest request) {
        if (request.headers().firstValue(KeyHeader.NAME).isPresent()) {
            return request;
        }
        String key = KeyHeader.quoted(UUID.randomUUID().toString());
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .header(KeyHeader.NAME, key)
                .build();
    }

    private static boolean mayPass(HttpResponse<?> response) {
        int status = response.statusCode();
        return !isReplayed(response)
                && (MAY_PASS.contains(status) || (status == CONFLICT && retryAfter(response) != null));
    }

    private static boolean isReplayed(HttpResponse<?> response) {
        return response.headers()
                .firstValue("idempotent-replayed")
                .filter("true"::equals)
                .isPresent();
    }

    private static @Nullable Duration retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("retry-after")
                .filter(value -> SECONDS.matcher(value).matches())
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(null);
    }

    /** The tries of one request, one after another. */
    private final class Sending<T> {

        private final HttpRequest request;
        private final BodyHandler<T> body;
        private volatile int attempts;
        private volatile @Nullable HttpResponse<T> before;

        Sending(HttpRequest request, BodyHandler<T> body) {
            this.request = request;
            this.body = body;
        }

        HttpResponse<T> once() throws IOException, InterruptedException {
            begin();
            HttpResponse<T> response = client.send(request, body);
            before = response;
            return response;
        }

        CompletableFuture<HttpResponse<T>> onceAsync() {
            begin();
            return client.sendAsync(request, body).thenApply(response -> {
                before = response;
                return response;
            });
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // one try at a time; volatile for their different threads
        private void begin() {
            attempts++;
            HttpResponse<T> refused = before;
            if (refused != null && refused.body() instanceof AutoCloseable open) {
                try {
                    open.close(); // else its connection stays open
                } catch (Exception broken) {
                    // nobody wanted it
                }
            }
        }

        IdempotentResponse<T> end(HttpResponse<T> last) {
            return new IdempotentResponse<>(last, isReplayed(last), attempts);
        }
    }
}
