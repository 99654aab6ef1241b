package dev.seawall.test;

import dev.seawall.Call;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.ResilienceRuntime;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous call that got a fault.
 *
 * <p>{@code phase} is {@code WAITING}, then {@code STARTING}, then what cancels the started call; or {@code OVER} once it is
 * cancelled or could not go on. Whoever leaves {@code WAITING} first, the timer or {@link #cancel()}, has the call. A
 * cancellation that comes while the call is being started is found, and passed on, by whoever starts it.
 */
final class AsyncFault<T extends @Nullable Object> implements Runnable, Cancellation {

    private enum Phase implements Cancellation {
        WAITING,
        STARTING,
        OVER;

        @Override
        public void cancel() {}
    }

    private final String name;
    private final Fault fault;
    private final FaultLayer.Start rest;
    private final Done<? super T> done;
    private final AtomicReference<Cancellation> phase = new AtomicReference<>(Phase.WAITING);
    private volatile Cancellation timer = NONE;

    AsyncFault(String name, Fault fault, FaultLayer.Start rest, Done<? super T> done) {
        this.name = name;
        this.fault = fault;
        this.rest = rest;
        this.done = done;
    }

    /** Lets the fault happen now. */
    Cancellation strike(long now) {
        Call<T, Exception> instead = fault.instead();
        if (instead == null) {
            return rest.from(now);
        }
        T result;
        try {
            result = instead.call();
        } catch (Throwable failure) {
            done.end(null, failure);
            return NONE;
        }
        done.end(result, null);
        return NONE;
    }

    /** Lets the fault happen after a delay, in the caller's context. */
    Cancellation later(ResilienceRuntime runtime, long nanos) {
        Runnable resume;
        try {
            resume = runtime.capture(this);
        } catch (Throwable broken) {
            done.end(null, broken); // going on without the caller's context could mix up tenants
            return NONE;
        }
        timer = runtime.schedule(nanos, () -> orFail(() -> runtime.executor().execute(() -> orFail(resume))));
        return this;
    }

    /** The user's executor or context may be broken; the call must end nevertheless. */
    private void orFail(Runnable step) {
        try {
            step.run();
        } catch (Throwable broken) {
            if (!phase.compareAndSet(Phase.WAITING, Phase.OVER)) {
                throw broken;
            }
            done.end(null, broken);
        }
    }

    /** Called once the delay is over. */
    @Override
    public void run() {
        if (phase.compareAndSet(Phase.WAITING, Phase.STARTING)) {
            Cancellation started = start();
            if (!phase.compareAndSet(Phase.STARTING, started)) {
                started.cancel();
            }
        }
    }

    private Cancellation start() {
        try {
            return strike(Layer.UNREAD);
        } catch (Throwable broken) { // a policy inside broke its contract, or there is no memory left
            done.end(null, broken);
            return NONE;
        }
    }

    @Override
    public void cancel() {
        Cancellation found = phase.getAndSet(Phase.OVER);
        found.cancel();
        if (found == Phase.WAITING) {
            timer.cancel();
            done.end(null, new CancellationException("'" + name + "' was cancelled during an injected delay"));
        }
    }
}
