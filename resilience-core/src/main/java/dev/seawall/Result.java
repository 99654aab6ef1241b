package dev.seawall;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, as a value: {@link Pipeline#tryCall} returns it instead of throwing. An {@code Error} is still thrown.
 *
 * @param <T> what a successful call returns
 */
public sealed interface Result<T extends @Nullable Object> {

    /**
     * The call returned.
     *
     * @param value what it returned
     * @param <T> type of the value
     */
    record Success<T extends @Nullable Object>(T value) implements Result<T> {}

    /**
     * The call ran and failed, or its time ran out.
     *
     * @param failure what it threw
     * @param <T> type of the missing value
     */
    record Failure<T extends @Nullable Object>(Exception failure) implements Result<T> {}

    /**
     * A policy of the pipeline did not let the call run.
     *
     * @param rejection says who, why, and when to come back
     * @param <T> type of the missing value
     */
    record Rejected<T extends @Nullable Object>(CallRejectedException rejection) implements Result<T> {

        /**
         * Says who rejected the call and why.
         *
         * @return one sentence
         */
        public String reason() {
            return rejection.reason();
        }

        /**
         * How long to wait before a new try makes sense.
         *
         * @return the wait; empty if the policy cannot tell
         */
        public Optional<Duration> retryAfter() {
            return rejection.retryAfter();
        }
    }

    /**
     * The exception of a call that has no value.
     *
     * @return what was thrown; empty after a success
     */
    default Optional<Exception> exception() {
        if (this instanceof Failure<T> failed) {
            return Optional.of(failed.failure());
        }
        return this instanceof Rejected<T> rejected ? Optional.of(rejected.rejection()) : Optional.empty();
    }

    /**
     * The value, or another one if there is none.
     *
     * @param other returned if the call did not succeed
     * @return the value or {@code other}
     */
    default T orElse(T other) {
        return this instanceof Success<T> success ? success.value() : other;
    }

    /**
     * The value.
     *
     * @return the value
     * @throws Exception what the call, or the policy that rejected it, threw
     */
    default T orElseThrow() throws Exception {
        if (this instanceof Success<T> success) {
            return success.value();
        }
        throw exception().orElseThrow();
    }

    /**
     * Turns the value of a success into another one.
     *
     * @param function applied to the value; what it throws is thrown
     * @param <U> type of the new value
     * @return a success with the new value, or this end
     */
    default <U extends @Nullable Object> Result<U> map(Function<? super T, ? extends U> function) {
        if (this instanceof Success<T> success) {
            return new Success<>(function.apply(success.value()));
        }
        return this instanceof Failure<T> failed
                ? new Failure<>(failed.failure())
                : new Rejected<>(((Rejected<T>) this).rejection());
    }

    /**
     * Turns an end without a value into a success.
     *
     * @param fallback applied to the exception; what it throws is thrown
     * @return this success, or one with the fallback's value
     */
    default Result<T> recover(Function<? super Exception, ? extends T> fallback) {
        return recover(Exception.class, fallback);
    }

    /**
     * Turns an end with an exception of a type into a success.
     *
     * @param type which exceptions, subtypes included
     * @param fallback applied to the exception; what it throws is thrown
     * @param <E> the type
     * @return a success with the fallback's value, or this end if the exception is of another type
     */
    default <E extends Exception> Result<T> recover(Class<E> type, Function<? super E, ? extends T> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        Optional<Exception> exception = exception();
        if (exception.isPresent() && type.isInstance(exception.get())) {
            return new Success<>(fallback.apply(type.cast(exception.get())));
        }
        return this;
    }
}
