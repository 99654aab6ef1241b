package dev.seawall.outbox.webhook;

import dev.seawall.CallRejectedException;
import dev.seawall.Pipeline;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Timeout;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Posts messages to endpoints, signed after the Standard Webhooks specification.
 *
 * <p><b>What an answer means:</b> 2xx confirms the message. Of 4xx, all but 408, 425 and 429 say that this message will never be
 * taken: it is parked. Anything else, redirections included, which are not followed, and no answer at all fail the message, which
 * is tried again later; the messages of its key wait for it, those of other keys and endpoints do not. The body of an answer is not
 * looked at.
 *
 * <p><b>If the endpoint is down:</b> where there is {@linkplain #to a single one}, a connection that fails, a 429, 502, 503 or 504 and
 * a call that the pipeline rejects stop the relay for a while, and no message is to blame. A timeout or another 5xx may be the
 * message's fault and costs it an attempt; a circuit breaker in the pipeline that counts them opens after a few, and from then on
 * rejects. Where there are {@linkplain #byTopic several},
 * each message fails by itself, so that the others go on; give the relay as many attempts as an outage may take, and endpoints whose
 * messages must not wait for each other different keys.
 *
 * <p><b>Pipeline:</b> each message is one asynchronous call through it, about its {@link WebhookEndpoint}. Timeouts, circuit breakers
 * and limits belong there; retries belong to the relay, which keeps the order of keys meanwhile: a retry in the pipeline as well
 * would multiply the attempts. A refused message is a success of the endpoint there; what may pass is a
 * {@link WebhookFailedException}.
 *
 * <p><b>Time:</b> the time of day is sent along, for receivers to compare with theirs. Nothing else hangs on it.
 *
 * <p><b>Threads:</b> safe for any number of threads. Never blocks.
 */
public final class WebhookPublisher implements Publisher {

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final Function<String, @Nullable WebhookEndpoint> endpoints;
    private final boolean single;
    private final EnvelopeFormat format;
    private final Pipeline pipeline;
    private final HttpClient client;
    private final InstantSource clock;
    private final Map<WebhookRequest, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private WebhookPublisher(Builder builder) {
        this.endpoints = builder.endpoints;
        this.single = builder.single;
        this.format = builder.format;
        this.pipeline = builder.pipeline;
        this.client = builder.client == null
                ? HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build()
                : builder.client;
        this.clock = builder.clock;
    }

    /**
     * Posts the messages of all topics to one endpoint.
     *
     * @param endpoint who receives them
     * @return a new builder
     */
    public static Builder to(WebhookEndpoint endpoint) {
        Objects.requireNonNull(endpoint, "endpoint");
        return new Builder(topic -> endpoint, true);
    }

    /**
     * Posts the messages of each topic to an endpoint of its own.
     *
     * @param endpoints who receives the messages of a topic, asked for each message: must not block. {@code null} parks the message
     * @return a new builder
     */
    public static Builder byTopic(Function<String, @Nullable WebhookEndpoint> endpoints) {
        return new Builder(Objects.requireNonNull(endpoints, "endpoints"), false);
    }

    @Override
    public CompletionStage<?> publish(Envelope message) {
        WebhookEndpoint endpoint = endpoints.apply(message.topic());
        if (endpoint == null) {
            throw new PoisonMessageException("topic " + message.topic() + " has no endpoint", null);
        }
        WebhookRequest request = WebhookRequest.of(message, format.write(message), endpoint);
        if (closed) {
            throw new PublisherUnavailableException("the publisher is closed", null);
        }
        CompletableFuture<Answer> answer = pipeline.callAsyncWith(endpoint, to -> send(request));
        underWay.put(request, answer);
        CompletableFuture<@Nullable Void> end = new CompletableFuture<>();
        CompletionStage<Answer> settled = answer;
        settled.whenComplete((given, failure) -> {
            underWay.remove(request);
            settle(end, endpoint, given, failure);
        });
        if (closed) {
            answer.cancel(true); // closing may have missed it
        }
        return end;
    }

    private CompletionStage<Answer> send(WebhookRequest request) {
        return client.sendAsync(request.signed(clock), response -> new IgnoredBody())
                .thenApply(response -> Answer.of(response, request.endpoint()));
    }

    private void settle(
            CompletableFuture<@Nullable Void> end,
            WebhookEndpoint endpoint,
            @Nullable Answer given,
            @Nullable Throwable failure) {
        if (failure == null && given != null) {
            if (given.isTaken()) {
                end.complete(null);
            } else {
                end.completeExceptionally(
                        new PoisonMessageException(endpoint + " refused it with " + given.status(), null));
            }
        } else if (failure == null) {
            end.completeExceptionally(new IllegalStateException("the pipeline made an answer of its own"));
        } else if (single && isDown(failure)) {
            end.completeExceptionally(
                    new PublisherUnavailableException(endpoint + " takes no messages for now", failure));
        } else {
            end.completeExceptionally(failure);
        }
    }

    private static boolean isDown(Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof SSLException
                || failure instanceof CallRejectedException
                || failure instanceof RejectedExecutionException
                || (failure instanceof WebhookFailedException answer && Answer.isOfNobody(answer));
    }

    /** Cancels what is under way. A client that was given stays open. */
    @Override
    public void close() {
        closed = true;
        underWay.values().forEach(call -> call.cancel(true));
    }

    @Override
    public String toString() {
        return "webhook publisher through " + pipeline;
    }

    /** Settings of a publisher. Not thread-safe. */
    public static final class Builder {

        private final Function<String, @Nullable WebhookEndpoint> endpoints;
        private final boolean single;
        private EnvelopeFormat format = EnvelopeFormat.plain();
        private Pipeline pipeline =
                Pipeline.named("webhooks").with(Timeout.of(DEFAULT_TIMEOUT)).build();
        private @Nullable HttpClient client;
        private InstantSource clock = ResilienceRuntime.shared()::wallTime;

        private Builder(Function<String, @Nullable WebhookEndpoint> endpoints, boolean single) {
            this.endpoints = endpoints;
            this.single = single;
        }

        /**
         * Sets how messages look.
         *
         * @param format {@link EnvelopeFormat#plain()} unless set. Only what it puts into the body is signed
         * @return this builder
         */
        public Builder format(EnvelopeFormat format) {
            this.format = Objects.requireNonNull(format, "format");
            return this;
        }

        /**
         * Sets what guards the calls.
         *
         * @param pipeline should have a {@link Timeout}; a timeout of 10 s and nothing else unless set
         * @return this builder
         */
        public Builder pipeline(Pipeline pipeline) {
            this.pipeline = Objects.requireNonNull(pipeline, "pipeline");
            return this;
        }

        /**
         * Sets who makes connections: its certificates, proxy and threads.
         *
         * @param client must not follow redirections; stays the caller's to close. One of the publisher's own, with 5 s to connect,
         *     unless set
         * @return this builder
         * @throws IllegalArgumentException if it follows redirections, which could lead messages anywhere
         */
        public Builder client(HttpClient client) {
            Require.check(
                    client.followRedirects() == HttpClient.Redirect.NEVER,
                    "the client must not follow redirections, was set to %s",
                    client.followRedirects());
            this.client = client;
            return this;
        }

        /**
         * Sets where the time of sending comes from.
         *
         * @param clock the time of day; that of {@link ResilienceRuntime#shared()} unless set
         * @return this builder
         */
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Makes the publisher.
         *
         * @return a new publisher
         */
        public WebhookPublisher build() {
            return new WebhookPublisher(this);
        }
    }
}
