package dev.seawall.idempotency;

import dev.seawall.CallWith;
import dev.seawall.Policy;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.Subscription;
import dev.seawall.payload.PayloadTypes;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs a request once for its key, and answers with the stored result when it comes again.
 *
 * <p>It claims the key in a store, runs the work on the caller's thread and stores the result. The claim lasts
 * {@link Builder#claimFor} and is renewed every third of that while the work runs. If the process dies, the claim lapses, and the
 * next try takes over. The result is replayed for {@link Builder#keepFor}.
 *
 * <p><b>What it guarantees:</b> of any number of calls with one key, at once or one after another, on any number of nodes, one runs
 * the work and all others get its stored result, byte for byte, or {@link Outcome.InProgress} until it is there. A call with
 * another fingerprint gets {@link Outcome.Mismatch}. The work runs a second time only if an attempt threw, died, or lost its claim
 * by standing still for longer than that; use {@link Execution#once} to keep its phases from running again even then.
 *
 * <p><b>Failure:</b> an exception or {@code Error} of the work is thrown on as it is, and frees the key: it must mean that there was
 * no effect, or one that may be repeated. Return what is to be remembered. A result that cannot be written, because it is too large
 * or of an unknown class, is returned to this caller, and the key is kept: later calls get an {@link AnswerLostException} and run
 * nothing. {@link WhenDown} says what happens when the store does not answer.
 *
 * <p><b>Threads:</b> safe for any number of threads. Listeners run on the thread that caused the event. A pending interrupt is kept
 * for the caller and does not disturb the storing of a result. <b>Time:</b> the store's clock decides about ends; the runtime's
 * timer renews, and its executor runs the renewals, which block for a round trip.
 */
public sealed interface Idempotency permits DefaultIdempotency {

    /** What to do when the store cannot be asked. */
    enum WhenDown {
        /**
         * Before the work: nothing runs, and {@link IdempotencyStoreException} is thrown; if the claim was made after all, the
         * request is {@link Outcome.InProgress} until it lapses. After the work: the same with
         * {@link IdempotencyStoreException#workDone()}, so that no answer is given that is not stored; whoever asks again gets the
         * answer if it was stored after all, else {@link Outcome.InProgress} until the claim lapses, and then runs the work with
         * {@link Execution#takenOver()}.
         */
        FAIL_CLOSED,
        /**
         * The work runs, and its result is returned, as if there were no store: it may run more than once. For work that can bear
         * that better than standing still.
         */
        FAIL_OPEN
    }

    /**
     * Work that has its effect once.
     *
     * @param <T> its result
     * @param <X> what it may throw
     */
    @FunctionalInterface
    interface Work<T extends @Nullable Object, X extends Exception> {

        /**
         * Does it.
         *
         * @param execution the claim, and the phases that were done before; not to be used after the end
         * @return the result, of a registered type or {@code null}
         * @throws X if it cannot be done; the key is then free
         */
        T run(Execution execution) throws X;
    }

    /**
     * Starts with defaults.
     *
     * @param store where claims and answers are kept
     * @return a new builder
     */
    static Builder builder(IdempotencyStore store) {
        return new Builder(store);
    }

    /**
     * Runs work unless it was done.
     *
     * @param key names the request
     * @param fingerprint what it asks for
     * @param work run at most once, on this thread. Whatever a key's operation answers must always be of the type that this call
     *     expects: the stored answer is cast to it
     * @param <T> its result
     * @param <X> what it may throw
     * @return what became of it
     * @throws X if the work throws it; the key is free then
     * @throws ClaimLostException if the work ran and another has taken over meanwhile
     * @throws AnswerLostException if the work was done before and its answer was not kept
     * @throws dev.seawall.payload.PayloadException if the work was done before and this code cannot read its answer
     * @throws IdempotencyStoreException if the store is down, as {@link WhenDown} says
     */
    <T extends @Nullable Object, X extends Exception> Outcome<T> execute(
            Key key, Fingerprint fingerprint, Work<T, X> work) throws X;

    /**
     * A function that has its effect once for each key.
     *
     * @param function the work
     * @param key names the request
     * @param fingerprint what the request asks for
     * @param <S> the request
     * @param <T> its result
     * @param <X> what it may throw
     * @return a function that throws, besides what {@link #execute} throws, {@link RequestInProgressException} and
     *     {@link KeyReusedException}
     */
    default <S, T extends @Nullable Object, X extends Exception> CallWith<S, T, X> idempotent(
            CallWith<? super S, ? extends T, ? extends X> function,
            Function<? super S, Key> key,
            Function<? super S, Fingerprint> fingerprint) {
        Objects.requireNonNull(function, "function");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(fingerprint, "fingerprint");
        return request -> this.<T, X>execute(
                        key.apply(request), fingerprint.apply(request), execution -> function.call(request))
                .valueOrThrow();
    }

    /**
     * A policy that guards the calls of a pipeline, whose subject is the request. {@link Outcome.InProgress} and
     * {@link Outcome.Mismatch} become {@link RequestInProgressException} and {@link KeyReusedException}; both are rejections of the
     * pipeline. Placed outside retries, it holds the claim between tries.
     *
     * <p>A call for whose subject the key function answers {@code null} has no key and passes unguarded. One whose subject is not of
     * the type is refused with an {@link IllegalStateException}: it was most likely meant to be guarded. What the functions throw,
     * the call throws.
     *
     * <p>An asynchronous call asks the store on the runtime's executor, which should have threads to block.
     *
     * @param type which subjects
     * @param key names the request; {@code null} for one without a key
     * @param fingerprint what the request asks for
     * @param <S> the request
     * @return a policy with this object's name
     */
    <S> Policy policy(
            Class<S> type,
            Function<? super S, ? extends @Nullable Key> key,
            Function<? super S, Fingerprint> fingerprint);

    /**
     * Counters and store timings.
     *
     * @return what can be seen at this moment
     */
    IdempotencySnapshot snapshot();

    /**
     * Subscribes to events.
     *
     * @param type which events, subtypes included; {@code IdempotencyEvent.class} for all
     * @param listener told each of them
     * @param <E> the type
     * @return ends the subscription when closed
     * @throws IllegalStateException if there are {@value dev.seawall.EventPublisher#MOST_LISTENERS} listeners already
     */
    <E extends IdempotencyEvent> Subscription on(Class<E> type, Consumer<? super E> listener);

    /** Settings. Not thread-safe. */
    final class Builder {

        private static final Duration CLAIM_FOR = Duration.ofSeconds(30);
        private static final Duration KEEP_FOR = Duration.ofHours(24);

        private final IdempotencyStore store;
        private String name = "idempotency";
        private PayloadTypes types = PayloadTypes.basic();
        private Duration claimFor = CLAIM_FOR;
        private Duration keepFor = KEEP_FOR;
        private Predicate<@Nullable Object> storeIf = result -> true;
        private @Nullable AnswerCipher cipher;
        private WhenDown whenDown = WhenDown.FAIL_CLOSED;
        private ResilienceRuntime runtime = ResilienceRuntime.shared();

        private Builder(IdempotencyStore store) {
            this.store = Objects.requireNonNull(store, "store");
        }

        /**
         * Sets the name.
         *
         * @param name appears in events and exceptions; {@code idempotency} unless set
         * @return this builder
         */
        public Builder name(String name) {
            this.name = Require.name(name);
            return this;
        }

        /**
         * Sets which results can be stored, and how large they may be.
         *
         * @param types names and codecs; bytes and text unless set
         * @return this builder
         */
        public Builder types(PayloadTypes types) {
            this.types = Objects.requireNonNull(types, "types");
            return this;
        }

        /**
         * Sets how long a claim lasts without renewal: how long a request whose node has died is in progress.
         *
         * @param claimFor from 100 ms to 1 day; 30 s unless set
         * @return this builder
         */
        public Builder claimFor(Duration claimFor) {
            this.claimFor = claimFor;
            return this;
        }

        /**
         * Sets how long answers, and results of phases, are kept. Longer than anyone may send the request again.
         *
         * @param keepFor at least as long as a claim, at most 366 days; 24 h unless set
         * @return this builder
         */
        public Builder keepFor(Duration keepFor) {
            this.keepFor = keepFor;
            return this;
        }

        /**
         * Sets which results are stored. Others are returned and free the key: they must mean that there was no effect, or one that
         * may be repeated.
         *
         * @param storeIf asked for each result; one that throws is logged, and the result is stored. All unless set
         * @return this builder
         */
        public Builder storeIf(Predicate<@Nullable Object> storeIf) {
            this.storeIf = Objects.requireNonNull(storeIf, "storeIf");
            return this;
        }

        /**
         * Encrypts answers in the store.
         *
         * @param cipher encrypts and decrypts; none unless set. Answers that were stored without it are then refused with an
         *     {@link AnswerLostException}
         * @return this builder
         */
        public Builder cipher(AnswerCipher cipher) {
            this.cipher = Objects.requireNonNull(cipher, "cipher");
            return this;
        }

        /**
         * Sets what happens when the store cannot be asked.
         *
         * @param whenDown {@link WhenDown#FAIL_CLOSED} unless set
         * @return this builder
         */
        public Builder whenDown(WhenDown whenDown) {
            this.whenDown = Objects.requireNonNull(whenDown, "whenDown");
            return this;
        }

        /**
         * Sets whose timer and executor renew claims.
         *
         * @param runtime the shared one unless set. Its executor runs calls of the store, which block
         * @return this builder
         */
        public Builder runtime(ResilienceRuntime runtime) {
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            return this;
        }

        /**
         * Makes it.
         *
         * @return checked and ready
         * @throws IllegalArgumentException if a setting is out of range
         */
        public Idempotency build() {
            return new DefaultIdempotency(new Settings(
                    name, store, AnswerFormat.of(types, cipher), claimFor, keepFor, storeIf, whenDown, runtime));
        }
    }
}
