package dev.seawall;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The innermost layer: runs the user's code. */
final class CallLayer extends Layer {

    CallLayer(Scope scope) {
        super(scope);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
            CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
        return deadline == NO_DEADLINE
                ? call.call(subject)
                : Deadline.callUnder(scope.runtime(), deadline, call, subject);
    }

    @Override
    public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
            CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
            S subject,
            long now,
            long deadline,
            Done<? super T> done) {
        CompletionStage<? extends T> stage;
        try {
            stage = call(call, subject, now, deadline);
            if (stage == null) {
                throw new NullPointerException("the call in pipeline '" + scope.pipeline()
                        + "' returned null where a CompletionStage was expected");
            }
        } catch (Throwable failure) {
            done.end(null, failure);
            return Cancellation.NONE;
        }
        Running<T> running = new Running<>(stage, done);
        try {
            stage.whenComplete(running);
        } catch (Throwable broken) {
            running.accept(null, broken);
        }
        return running;
    }

    /**
     * A stage under way. The stage is the user's and may call back twice, or call back and then throw; the layers outside
     * settle on its end and must hear of it once, so the value says whether they have.
     */
    @SuppressWarnings("serial") // never serialized; extends to save an object on each call
    private static final class Running<T extends @Nullable Object> extends AtomicBoolean
            implements BiConsumer<@Nullable T, Throwable>, Cancellation {

        private final CompletionStage<? extends T> stage;
        private final Done<? super T> done;

        Running(CompletionStage<? extends T> stage, Done<? super T> done) {
            this.stage = stage;
            this.done = done;
        }

        @Override
        public void accept(@Nullable T result, @Nullable Throwable failure) {
            if (compareAndSet(false, true)) {
                done.end(result, failure == null ? null : unwrapped(failure));
            }
        }

        /** A dependent stage wraps what its source threw; callers want the thing itself. */
        private static Throwable unwrapped(Throwable failure) {
            Throwable cause = failure.getCause();
            return failure instanceof CompletionException && cause != null ? cause : failure;
        }

        @Override
        public void cancel() {
            try {
                stage.toCompletableFuture().cancel(true);
            } catch (Throwable notCancellable) {
                // a stage may refuse, in whatever way; it then ends when it ends
            }
        }
    }
}
