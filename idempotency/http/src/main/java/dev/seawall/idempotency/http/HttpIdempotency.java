package dev.seawall.idempotency.http;

import dev.seawall.Backoff;
import dev.seawall.Classifier;
import dev.seawall.Durations;
import dev.seawall.Pipeline;
import dev.seawall.Require;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome.InProgress;
import dev.seawall.retry.Retry;
import dev.seawall.retry.RetryConfig;
import dev.seawall.retry.RetryConfig.ExhaustedResult;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Answers a request that comes again with the same {@code Idempotency-Key} from the store, after the IETF draft of that name.
 *
 * <p><b>What it looks at:</b> {@linkplain Builder#methods some methods} only; others, and requests without a key unless one is
 * {@linkplain Builder#requireKey required}, pass as if it were not there. The key may stand in quotes, as the draft has it, or
 * without. Two requests are the same if tenant, operation and key are, and must then agree in method, path, query and body.
 *
 * <p><b>What it answers itself,</b> as {@code application/problem+json}:
 *
 * <table>
 * <caption>Answers</caption>
 * <tr><td>400</td><td>there is no key, or it is not valid: 1 to 255 visible ASCII characters</td></tr>
 * <tr><td>409 with {@code Retry-After}</td><td>the same request is being worked on</td></tr>
 * <tr><td>409 without</td><td>the request was done, and its answer was too long to keep or cannot be read any more</td></tr>
 * <tr><td>413</td><td>the body is longer than what is compared</td></tr>
 * <tr><td>422</td><td>the key came with another request, whether that is done or not</td></tr>
 * <tr><td>503 with {@code Retry-After}</td><td>the store is down and fails closed: nothing was run, or, as its type says, the
 * outcome is not known and the request should be sent again with its key</td></tr>
 * </table>
 *
 * <p><b>What is stored:</b> status, body and {@linkplain Builder#replayedHeaders some header fields} of an answer whose status is
 * {@linkplain Builder#storeIf wanted}. It is held back until it is stored, then sent; so nobody sees an answer that others will not
 * get. Other statuses, exceptions and {@code Error}s free the key, which must mean that there was no effect. A replay has the
 * header field {@code Idempotent-Replayed: true}.
 *
 * <p><b>Long answers and streams:</b> an answer longer than {@link Builder#mostAnswerBytes}, and one of type
 * {@code text/event-stream} once it is flushed, goes to the first client untouched while it is written. The key then remembers that
 * the request was done, however the handler ends, and copies get a 409.
 *
 * <p><b>If the client goes away</b> the handler goes on, and its answer is stored.
 *
 * <p><b>Threads:</b> safe for any number of threads. A request is served on the server's thread. <b>Time:</b> see
 * {@link Idempotency}.
 */
public final class HttpIdempotency {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    final Builder settings; // no longer changed
    final @Nullable Pipeline wait;

    private HttpIdempotency(Builder settings) {
        this.settings = settings;
        this.wait = settings.waitForTwin.isZero() ? null : waiting(settings.waitForTwin);
    }

    /** Asks again while another is at work; whatever else comes ends the wait. */
    private static Pipeline waiting(Duration wait) {
        Classifier unlessInProgress = Classifier.builder()
                .onResult(InProgress.class, twin -> true, dev.seawall.Outcome.FAILURE)
                .onException(Throwable.class, dev.seawall.Outcome.NEUTRAL)
                .build();
        return Pipeline.of(Retry.of(
                "wait for a twin",
                RetryConfig.builder()
                        .unlimitedAttempts()
                        .backoff(Backoff.fixed(LOOK_AGAIN))
                        .maxDuration(wait)
                        .classifier(unlessInProgress)
                        .onExhaustedResult(ExhaustedResult.RETURN)
                        .build()));
    }

    /**
     * Starts with defaults.
     *
     * @param idempotency with the store, the times and what happens when the store is down. It stores byte arrays, which all
     *     {@code PayloadTypes} can; those must allow answers a little longer than {@link Builder#mostAnswerBytes}, or longer ones are
     *     not kept
     * @return a new builder
     */
    public static Builder builder(Idempotency idempotency) {
        return new Builder(idempotency);
    }

    /**
     * Reads a key, for those who store answers in a transaction of their own.
     *
     * @param lines the values of the header field, one for each line
     * @return the key, without the quotes in which it may stand
     * @throws IllegalArgumentException if there is not one valid key. The message says the rule, not the value, and may be shown to
     *     the client
     */
    public static String key(List<String> lines) {
        return KeyHeader.parse(lines);
    }

    /**
     * Serves a request: runs its handler, or answers in its place. For those who adapt a server.
     *
     * @param exchange the request and its answer
     * @param <X> what the handler may throw
     * @throws X if the handler throws it
     * @throws IOException if the request cannot be read or the answer cannot be sent
     */
    public <X extends Exception> void handle(ServerExchange<X> exchange) throws X, IOException {
        if (!settings.methods.contains(exchange.method())
                || (!settings.keyRequired && exchange.headers(settings.header).isEmpty())) {
            exchange.pass();
        } else {
            new KeyedRequest<>(this, exchange).serve();
        }
    }

    @Override
    public String toString() {
        return "HTTP " + String.join(", ", settings.methods) + " by " + settings.header + ", " + settings.idempotency;
    }

    /** Settings. Not thread-safe. */
    public static final class Builder {

        private static final int MOST_BYTES = 1 << 20;
        private static final int MOST_OF_ALL = 64 << 20;
        private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
        private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
        private static final Set<Integer> PASSING = Set.of(401, 408, 409, 425, 429);
        private static final Set<String> NEVER_REPLAYED = Set.of(
                "authorization",
                "connection",
                "content-length",
                "date",
                "keep-alive",
                "proxy-authenticate",
                "proxy-authorization",
                "set-cookie",
                "set-cookie2",
                "te",
                "trailer",
                "transfer-encoding",
                "upgrade");

        final Idempotency idempotency;
        Set<String> methods = Set.of("PATCH", "POST");
        String header = KeyHeader.NAME;
        boolean keyRequired;
        Function<? super ServerRequest, String> operation = request -> "http";
        Function<? super ServerRequest, ? extends @Nullable String> tenant = request -> null;
        UnaryOperator<byte[]> canonicalBody = body -> body;
        int mostBodyBytes = MOST_BYTES;
        int mostAnswerBytes = MOST_BYTES - (16 << 10);
        Duration waitForTwin = Duration.ZERO;
        Duration retryAfter = Duration.ofSeconds(1);
        IntPredicate storeIf = status -> status >= 200 && status < 500 && !PASSING.contains(status);
        boolean storesFailures;
        Set<String> replayedHeaders = caseless(
                "Cache-Control", "Content-Encoding", "Content-Language", "Content-Type", "ETag", "Link", "Location");

        private Builder(Idempotency idempotency) {
            this.idempotency = Objects.requireNonNull(idempotency, "idempotency");
        }

        private static Set<String> caseless(String... names) {
            Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            set.addAll(Set.of(names));
            return set;
        }

        /**
         * Sets which methods are looked at.
         *
         * @param methods in capitals; {@code POST} and {@code PATCH} unless set
         * @return this builder
         */
        public Builder methods(String... methods) {
            this.methods = new TreeSet<>(Set.of(methods));
            return this;
        }

        /**
         * Sets the header field of the key.
         *
         * @param name {@code Idempotency-Key} unless set
         * @return this builder
         */
        public Builder header(String name) {
            this.header = Require.name(name);
            return this;
        }

        /**
         * Refuses requests without a key with a 400. Unless this is said, they pass.
         *
         * @return this builder
         */
        public Builder requireKey() {
            this.keyRequired = true;
            return this;
        }

        /**
         * Sets what a key is for. Keys of two operations are independent; within one, a key that comes with another method, path or
         * query is answered with 422.
         *
         * @param operation 1 to 100 visible ASCII characters, shown in events and log lines; {@code http} for all requests unless
         *     set. A route, not a path: one with ids in it makes an operation of each
         * @return this builder
         */
        public Builder operation(Function<? super ServerRequest, String> operation) {
            this.operation = Objects.requireNonNull(operation, "operation");
            return this;
        }

        /**
         * Sets whose key it is, so that nobody gets the answers of another. It must come from what was proven about the caller, such
         * as {@link ServerRequest#principal}, never from what the request merely says.
         *
         * @param tenant any text, of which a hash is used; {@code null} for nobody. Nobody for all requests unless set: set it
         *     wherever callers must not see each other's answers
         * @return this builder
         */
        public Builder tenant(Function<? super ServerRequest, ? extends @Nullable String> tenant) {
            this.tenant = Objects.requireNonNull(tenant, "tenant");
            return this;
        }

        /**
         * Sets what of a body counts when two requests are compared, such as JSON with its fields in order.
         *
         * @param canonicalBody makes the same bytes of bodies that mean the same; must not change what it is given. A body for which
         *     it throws, such as one that is no JSON, counts as it is. All bytes count unless set
         * @return this builder
         */
        public Builder canonicalBody(UnaryOperator<byte[]> canonicalBody) {
            this.canonicalBody = Objects.requireNonNull(canonicalBody, "canonicalBody");
            return this;
        }

        /**
         * Sets how long the body of a request with a key may be. It is held in memory; a longer one is answered with 413.
         *
         * @param bytes from 0 to 64 MiB; 1 MiB unless set
         * @return this builder
         */
        public Builder mostBodyBytes(int bytes) {
            this.mostBodyBytes = Require.between("mostBodyBytes", bytes, 0, MOST_OF_ALL);
            return this;
        }

        /**
         * Sets how long the body of an answer may be to be kept. It is held in memory; a longer one goes through.
         *
         * @param bytes from 0 to 64 MiB; 1 MiB less 16 KiB for header fields unless set
         * @return this builder
         */
        public Builder mostAnswerBytes(int bytes) {
            this.mostAnswerBytes = Require.between("mostAnswerBytes", bytes, 0, MOST_OF_ALL);
            return this;
        }

        /**
         * Sets how long a request waits on its server thread for one with the same key that is being worked on, before it is
         * answered with 409. It asks the store every 50 ms.
         *
         * @param wait up to 1 min; 0, which is at once, unless set
         * @return this builder
         */
        public Builder waitForTwin(Duration wait) {
            Require.check(
                    Require.notNegative("waitForTwin", wait).compareTo(LONGEST_WAIT) <= 0,
                    "waitForTwin must be at most 1 min, was %s",
                    Durations.format(wait));
            this.waitForTwin = wait;
            return this;
        }

        /**
         * Sets what {@code Retry-After} says.
         *
         * @param pause up to 1 h, rounded up to whole seconds; 1 s unless set
         * @return this builder
         */
        public Builder retryAfter(Duration pause) {
            Require.check(
                    Require.positive("retryAfter", pause).compareTo(LONGEST_RETRY_AFTER) <= 0,
                    "retryAfter must be at most 1 h, was %s",
                    Durations.format(pause));
            this.retryAfter = pause;
            return this;
        }

        /**
         * Sets which answers are stored, by their status. Others free the key: they must mean that nothing was done.
         *
         * @param storeIf 200 to 499 but for 401, 408, 409, 425 and 429 unless set
         * @return this builder
         */
        public Builder storeIf(IntPredicate storeIf) {
            this.storeIf = Objects.requireNonNull(storeIf, "storeIf");
            return this;
        }

        /**
         * Stores every answer once the handler has begun, failures too: a client that wants another try must take another key. What
         * a handler throws is thrown on, and answered with a 500 when the request comes again.
         *
         * @return this builder
         */
        public Builder stripeLike() {
            this.storeIf = status -> true;
            this.storesFailures = true;
            return this;
        }

        /**
         * Sets which header fields are stored and replayed. {@code Content-Type} and {@code Content-Encoding} always are.
         *
         * @param names in any case; besides those two {@code Cache-Control}, {@code Content-Language}, {@code ETag}, {@code Link} and
         *     {@code Location} unless set
         * @return this builder
         * @throws IllegalArgumentException if one of them belongs to the connection or to one client, such as {@code Set-Cookie}
         */
        public Builder replayedHeaders(String... names) {
            Set<String> replayed = caseless(names);
            for (String name : names) {
                Require.check(
                        !NEVER_REPLAYED.contains(name.toLowerCase(Locale.ROOT)),
                        "the header field %s must not be replayed: it belongs to one connection or one client",
                        name);
            }
            replayed.add("Content-Type");
            replayed.add("Content-Encoding");
            this.replayedHeaders = replayed;
            return this;
        }

        /**
         * Makes it.
         *
         * @return ready to be used by a server
         */
        public HttpIdempotency build() {
            return new HttpIdempotency(this);
        }

        Key key(ServerRequest request, String key) {
            String owner = tenant.apply(request);
            return Key.of(owner == null ? "" : hash(owner), operation.apply(request), key);
        }

        /** Any text becomes a tenant that keys allow. */
        private static String hash(String owner) {
            return HexFormat.of().formatHex(Fingerprint.of(owner).hash());
        }
    }
}
