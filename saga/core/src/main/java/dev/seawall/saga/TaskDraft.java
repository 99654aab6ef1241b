package dev.seawall.saga;

import dev.seawall.Backoff;
import dev.seawall.Jitter;
import dev.seawall.Require;
import dev.seawall.saga.Task.Retries;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the builders of steps and branches have collected about a task. Not thread-safe. */
final class TaskDraft<S> {

    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);
    static final Retries DEFAULT_RETRY =
            new Retries(Backoff.exponential(Duration.ofMillis(100)).withJitter(Jitter.EQUAL), 5);
    static final Retries DEFAULT_UNDO_RETRY = new Retries(minute(), 10);
    static final Retries DEFAULT_TAIL_RETRY = new Retries(minute(), Retries.FOR_EVER);

    private final String name;
    private final boolean keepsResult;
    private final Task.Action<S> action;
    private BiFunction<S, @Nullable Object, S> fold;
    private Task.@Nullable Undo<S> undo;
    private Duration timeout = DEFAULT_TIMEOUT;
    private @Nullable Retries retry;
    private Retries undoRetry = DEFAULT_UNDO_RETRY;
    private Predicate<Throwable> isFinal = SagaStepFailedException.class::isInstance;
    private OnCompensationFailure onUndoFailure = OnCompensationFailure.PARK;

    TaskDraft(String name, Task.Action<S> action, BiFunction<S, @Nullable Object, S> fold, boolean keepsResult) {
        this.name = name;
        this.action = action;
        this.fold = fold;
        this.keepsResult = keepsResult;
    }

    private static Backoff minute() {
        return Backoff.exponential(Duration.ofMillis(100))
                .withCap(Duration.ofMinutes(1))
                .withJitter(Jitter.EQUAL);
    }

    String name() {
        return name;
    }

    boolean hasUndo() {
        return undo != null;
    }

    boolean isLocal() {
        return action instanceof Task.Action.Local<S> || undo instanceof Task.Undo.Local<S>;
    }

    boolean retriesForEver() {
        return retry != null && retry.attempts() == Retries.FOR_EVER;
    }

    void fold(BiFunction<S, @Nullable Object, S> fold) {
        this.fold = fold;
    }

    void undo(Task.Undo<S> undo) {
        Require.check(this.undo == null, "'%s' has two compensations", name);
        this.undo = undo;
    }

    void timeout(Duration timeout) {
        this.timeout = Require.positive("timeout of '" + name + "'", timeout);
    }

    void retry(Backoff backoff, int attempts) {
        Require.atLeast("attempts of '" + name + "'", attempts, 1);
        this.retry = new Retries(Objects.requireNonNull(backoff, "backoff"), attempts);
    }

    void retryForEver() {
        this.retry = DEFAULT_TAIL_RETRY;
    }

    void undoRetry(Backoff backoff, int attempts) {
        Require.atLeast("attempts of the compensation of '" + name + "'", attempts, 1);
        this.undoRetry = new Retries(Objects.requireNonNull(backoff, "backoff"), attempts);
    }

    void failIf(Predicate<? super Throwable> failure) {
        Objects.requireNonNull(failure, "failure");
        this.isFinal = this.isFinal.or(failure);
    }

    void onUndoFailure(OnCompensationFailure policy) {
        this.onUndoFailure = Objects.requireNonNull(policy, "policy");
    }

    Task<S> toTask(boolean afterPivot) {
        Retries chosen = retry != null ? retry : afterPivot ? DEFAULT_TAIL_RETRY : DEFAULT_RETRY;
        return new Task<>(name, action, undo, timeout, chosen, undoRetry, isFinal, onUndoFailure, fold, keepsResult);
    }
}
