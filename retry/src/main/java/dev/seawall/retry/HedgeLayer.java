package dev.seawall.retry;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Classifier;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Scope;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A hedge's place in a pipeline. */
final class HedgeLayer extends Layer {

    static {
        Objects.requireNonNull(Classifier.class); // for the same reason as in RetryLayer
    }

    private final DefaultHedge hedge;

    HedgeLayer(Layer next, Scope scope, DefaultHedge hedge) {
        super(next, scope);
        this.hedge = hedge;
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        HedgeConfig config = hedge.config();
        long start = startOf(config, now);
        return new SyncHedge<>(this, config, call, subject, start, deadline).run(start);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        HedgeConfig config = hedge.config();
        long start = startOf(config, now);
        AsyncHedge<S, T> course = new AsyncHedge<>(this, config, call, subject, start, deadline, done);
        course.begin(start);
        return course;
    }

    /** Counts a call in, and reads the clock if latencies are to be known. Returns what is now known of the time. */
    private long startOf(HedgeConfig config, long now) {
        RetryBudget budget = config.budget();
        if (budget != null) {
            budget.deposit();
        }
        return config.delay() instanceof HedgeDelay.Percentile ? scope.now(now) : now;
    }

    Layer rest() {
        return next;
    }

    Scope scope() {
        return scope;
    }

    DefaultHedge hedge() {
        return hedge;
    }
}
