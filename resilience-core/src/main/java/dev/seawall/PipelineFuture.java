package dev.seawall;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code callAsync} returns. Whoever completes it from outside (cancel, {@code orTimeout}, {@code complete}) does not want
 * the answer any more, so the call below is cancelled.
 */
final class PipelineFuture<T extends @Nullable Object> extends CompletableFuture<T> implements Done<T> {

    private volatile @Nullable Cancellation running;

    void running(Cancellation call) {
        running = call;
        if (isDone()) {
            call.cancel(); // completed from outside while the call was being started; harmless if it ended by itself
        }
    }

    @Override
    @SuppressWarnings("NullAway") // the result is null only where T allows it
    public void end(@Nullable T result, @Nullable Throwable failure) {
        if (failure == null) {
            super.complete(result);
        } else {
            super.completeExceptionally(failure);
        }
    }

    @Override
    public boolean complete(T value) {
        return cancelRunningIf(super.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return cancelRunningIf(super.completeExceptionally(failure));
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        return cancelRunningIf(super.cancel(mayInterrupt));
    }

    /** The inherited one completes past {@link #complete}. */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        executor.execute(() -> {
            if (!isDone()) {
                completeFrom(supplier);
            }
        });
        return this;
    }

    private void completeFrom(Supplier<? extends T> supplier) {
        T value;
        try {
            value = supplier.get();
        } catch (Throwable failure) {
            completeExceptionally(failure);
            return;
        }
        complete(value);
    }

    private boolean cancelRunningIf(boolean ended) {
        Cancellation call = running;
        if (ended && call != null) {
            call.cancel();
        }
        return ended;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>(); // a dependent stage is not the call
    }
}
