package dev.seawall.bulkhead;

import dev.seawall.Require;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How many calls a bulkhead lets in, and which may wait. Immutable; a value out of range cannot exist.
 *
 * @param limit how many permits there are, from 1 to 1,000,000; 10 by default. Unless a {@code weight} says otherwise a call
 *     takes one, so this is how many calls run at once
 * @param queue how many calls may wait for permits, from 0 to 1,000,000; 20 by default. With 0 nobody waits
 * @param maxWait how long a call waits at most, not negative; 5 s by default. With 0 s nobody waits
 * @param order which of the waiting calls goes first; {@link QueueOrder#FIFO} by default
 * @param weight how many permits a call takes, by its subject; {@code null}, the default, for one each
 * @param priority how urgent a call is, by its subject, the higher the sooner, if {@code order} asks for it; {@code null}, the
 *     default, for 0 each
 * @param adaptive finds the limit in force by itself, and {@code limit} is only where it starts; {@code null}, the default, for
 *     a fixed limit. A bulkhead is made adaptive or fixed and stays so
 * @param overload whether a result or a failure of a call says that the dependency has too much to do, as an HTTP status 503
 *     does; {@code null}, the default, if nothing does. Only an adaptive bulkhead asks it
 * @param partitions to whom parts of the limit are guaranteed; {@code null}, the default, if all calls are alike
 */
public record BulkheadConfig(
        int limit,
        int queue,
        Duration maxWait,
        QueueOrder order,
        @Nullable ToIntFunction<@Nullable Object> weight,
        @Nullable ToIntFunction<@Nullable Object> priority,
        @Nullable AdaptiveLimit adaptive,
        @Nullable Predicate<@Nullable Object> overload,
        @Nullable Partitions partitions) {

    /** What {@code limit} and {@code queue} can be at most. */
    public static final int LARGEST = 1_000_000;

    private static final BulkheadConfig DEFAULTS = builder().build();

    /** Checks every value and how they go together. */
    public BulkheadConfig {
        Require.between("limit", limit, 1, LARGEST);
        Require.between("queue", queue, 0, LARGEST);
        Require.notNegative("maxWait", maxWait);
        Objects.requireNonNull(order, "order");
        Require.check(
                priority == null || order == QueueOrder.PRIORITY,
                "priority needs order %s, was %s; it would be without effect",
                QueueOrder.PRIORITY,
                order);
        if (adaptive != null) {
            Require.between("limit, where the adaptive one starts,", limit, adaptive.min(), adaptive.max());
        }
        Require.check(
                overload == null || adaptive != null, "overload needs an adaptive limit; it would be without effect");
    }

    /**
     * Runs 10 calls at once and lets 20 more wait for up to 5 s, first come, first served.
     *
     * @return the configuration of a bulkhead that is given none
     */
    public static BulkheadConfig defaults() {
        return DEFAULTS;
    }

    /**
     * Starts with the defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts with the values of this configuration.
     *
     * @return a new builder
     */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.limit = limit;
        builder.queue = queue;
        builder.maxWait = maxWait;
        builder.order = order;
        builder.weight = weight;
        builder.priority = priority;
        builder.adaptive = adaptive;
        builder.overload = overload;
        builder.partitions = partitions;
        return builder;
    }

    /** Whether a call that finds no permit may wait for one. */
    boolean letsWait() {
        return queue > 0 && !maxWait.isZero();
    }

    /** Collects settings; {@link #build()} checks them. Not thread-safe. */
    public static final class Builder {

        private int limit = 10;
        private int queue = 20;
        private Duration maxWait = Duration.ofSeconds(5);
        private QueueOrder order = QueueOrder.FIFO;
        private @Nullable ToIntFunction<@Nullable Object> weight;
        private @Nullable ToIntFunction<@Nullable Object> priority;
        private @Nullable AdaptiveLimit adaptive;
        private @Nullable Predicate<@Nullable Object> overload;
        private @Nullable Partitions partitions;

        private Builder() {}

        /**
         * Sets how many permits there are.
         *
         * @param permits from 1 to 1,000,000; 10 unless set
         * @return this builder
         */
        public Builder limit(int permits) {
            this.limit = permits;
            return this;
        }

        /**
         * Sets how many calls may wait for permits.
         *
         * @param calls from 0 to 1,000,000; 20 unless set
         * @return this builder
         */
        public Builder queue(int calls) {
            this.queue = calls;
            return this;
        }

        /**
         * Sets how long a call waits at most.
         *
         * @param duration not negative; 5 s unless set
         * @return this builder
         */
        public Builder maxWait(Duration duration) {
            this.maxWait = duration;
            return this;
        }

        /**
         * Sets which of the waiting calls goes first.
         *
         * @param order {@link QueueOrder#FIFO} unless set
         * @return this builder
         */
        public Builder order(QueueOrder order) {
            this.order = order;
            return this;
        }

        /**
         * Sets how many permits a call takes by its subject.
         *
         * @param type which subjects the function knows, subtypes included; calls about others take one permit
         * @param function the number of permits. Where it returns less than 1, or throws, the call takes one
         * @param <S> type of the subject
         * @return this builder
         */
        public <S> Builder weight(Class<S> type, ToIntFunction<? super S> function) {
            this.weight = BySubject.of(type, function, 1);
            return this;
        }

        /**
         * Sets how urgent a call is by its subject, and {@link QueueOrder#PRIORITY} as the order.
         *
         * @param type which subjects the function knows, subtypes included; calls about others have priority 0
         * @param function the priority, the higher the sooner. Where it throws, the priority is 0
         * @param <S> type of the subject
         * @return this builder
         */
        public <S> Builder priority(Class<S> type, ToIntFunction<? super S> function) {
            this.priority = BySubject.of(type, function, 0);
            this.order = QueueOrder.PRIORITY;
            return this;
        }

        /**
         * Lets the bulkhead find its limit by itself, starting with {@link #limit}.
         *
         * @param adaptive how it does that; {@code null}, as if not set, for a fixed limit
         * @return this builder
         */
        public Builder adaptive(@Nullable AdaptiveLimit adaptive) {
            this.adaptive = adaptive;
            return this;
        }

        /**
         * Adds a sign that the dependency has too much to do. An adaptive bulkhead takes a call that ends so for dropped.
         *
         * @param type of a result or of an exception, subtypes included
         * @param sign whether this one is such a sign. Where it throws, that is logged, and it is none
         * @param <R> the type
         * @return this builder
         */
        public <R> Builder overload(Class<R> type, Predicate<? super R> sign) {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(sign, "sign");
            Predicate<@Nullable Object> added = end -> type.isInstance(end) && sign.test(type.cast(end));
            Predicate<@Nullable Object> before = overload;
            this.overload = before == null ? added : end -> before.test(end) || added.test(end);
            return this;
        }

        /**
         * Guarantees parts of the limit to calls of some kinds, as {@link Partitions} says.
         *
         * @param type which subjects have a partition, subtypes included
         * @param by the name of a subject's partition; {@code null} for none. Where it throws, that is logged, and it is none
         * @param shares the share of each partition in percent, together at most 100
         * @param <S> type of the subject
         * @return this builder
         */
        public <S> Builder partitions(
                Class<S> type, Function<? super S, ? extends @Nullable String> by, Map<String, Integer> shares) {
            this.partitions = new Partitions(BySubject.name(type, by), shares);
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return a checked configuration
         * @throws IllegalArgumentException if a value is out of range; the message names it
         */
        public BulkheadConfig build() {
            return new BulkheadConfig(limit, queue, maxWait, order, weight, priority, adaptive, overload, partitions);
        }
    }
}
