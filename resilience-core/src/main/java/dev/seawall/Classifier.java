package dev.seawall;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Maps how a call ended to an {@link Outcome}. A pipeline has one; a policy's own overrides it.
 *
 * <p>{@link #defaults()} says: every result is a success, every exception a failure. Some ends never reach a classifier,
 * because their meaning is fixed (see {@link Scope#outcome(Classifier, Throwable, long)}): an {@code Error} is a failure, a
 * rejection made by the same pipeline is neutral, and so are interruption and cancellation unless the deadline has passed.
 *
 * <p>Implementations must be safe for any number of threads. One that throws or returns {@code null} is logged, and
 * the defaults decide.
 */
public interface Classifier {

    /**
     * Judges a result.
     *
     * @param result what the call returned
     * @return how the call ended
     */
    Outcome result(@Nullable Object result);

    /**
     * Judges an exception.
     *
     * @param failure what the call threw
     * @return how the call ended
     */
    Outcome failure(Throwable failure);

    /**
     * Every result is a success, every exception a failure.
     *
     * @return the classifier of a pipeline that names none
     */
    static Classifier defaults() {
        return RuleClassifier.DEFAULTS;
    }

    /**
     * Starts a list of rules. The first rule that matches decides; where none does, {@link #defaults()} do.
     *
     * @return a new builder
     */
    static Builder builder() {
        return new Builder();
    }

    /** Collects rules in the order in which they are asked. Not thread-safe. */
    final class Builder {

        private final List<Function<@Nullable Object, @Nullable Outcome>> results = new ArrayList<>();
        private final List<Function<Throwable, @Nullable Outcome>> failures = new ArrayList<>();

        private Builder() {}

        /**
         * Judges exceptions of a type.
         *
         * @param type the type, subtypes included
         * @param outcome how such a call ended
         * @return this builder
         */
        public Builder onException(Class<? extends Throwable> type, Outcome outcome) {
            return onException(type, failure -> true, outcome);
        }

        /**
         * Judges those exceptions of a type that pass a test.
         *
         * @param type the type, subtypes included
         * @param test whether the rule applies
         * @param outcome how such a call ended
         * @param <E> the type
         * @return this builder
         */
        public <E extends Throwable> Builder onException(Class<E> type, Predicate<? super E> test, Outcome outcome) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(test, "test");
            Objects.requireNonNull(outcome, "outcome");
            failures.add(failure -> type.isInstance(failure) && test.test(type.cast(failure)) ? outcome : null);
            return this;
        }

        /**
         * Judges those results of a type that pass a test. Never asked for {@code null}: see {@link #onNull}.
         *
         * @param type the type, subtypes included
         * @param test whether the rule applies
         * @param outcome how such a call ended
         * @param <R> the type
         * @return this builder
         */
        public <R> Builder onResult(Class<R> type, Predicate<? super R> test, Outcome outcome) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(test, "test");
            Objects.requireNonNull(outcome, "outcome");
            results.add(result -> type.isInstance(result) && test.test(type.cast(result)) ? outcome : null);
            return this;
        }

        /**
         * Judges a {@code null} result.
         *
         * @param outcome how such a call ended
         * @return this builder
         */
        public Builder onNull(Outcome outcome) {
            Objects.requireNonNull(outcome, "outcome");
            results.add(result -> result == null ? outcome : null);
            return this;
        }

        /**
         * Makes the classifier.
         *
         * @return a classifier with the rules so far
         */
        public Classifier build() {
            return new RuleClassifier(List.copyOf(results), List.copyOf(failures));
        }
    }
}
