package dev.seawall.example;

import dev.seawall.CallWith;
import dev.seawall.Cancellation;
import dev.seawall.Done;
import dev.seawall.Layer;
import dev.seawall.Policy;
import dev.seawall.Scope;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Lets no more than so many calls run at once and rejects the others. */
final class LimitInFlight implements Policy {

    private final String name;
    private final int limit;
    private final AtomicInteger inFlight = new AtomicInteger();

    LimitInFlight(String name, int limit) {
        this.name = name;
        this.limit = limit;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Layer link(Layer next, Scope scope) {
        return new LimitLayer(next, scope);
    }

    @Override
    public Set<Trait> traits() {
        return Set.of(Trait.LIMITS_CONCURRENCY);
    }

    @Override
    public boolean isIdle() {
        return inFlight() == 0;
    }

    int inFlight() {
        return inFlight.get();
    }

    @Override
    public String toString() {
        return "limit '" + name + "' (" + limit + " in flight)";
    }

    private boolean enter() {
        int taken = inFlight.get();
        while (taken < limit) {
            if (inFlight.compareAndSet(taken, taken + 1)) {
                return true;
            }
            taken = inFlight.get();
        }
        return false;
    }

    private void leave() {
        inFlight.decrementAndGet();
    }

    private final class LimitLayer extends Layer {

        LimitLayer(Layer next, Scope scope) {
            super(next, scope);
        }

        @Override
        public <S extends @Nullable Object, T extends @Nullable Object, X extends Exception> T call(
                CallWith<? super S, T, X> call, S subject, long now, long deadline) throws X {
            if (!enter()) {
                throw new LimitReachedException(name, scope, limit);
            }
            try {
                return next.call(call, subject, now, deadline);
            } finally {
                leave();
            }
        }

        @Override
        public <S extends @Nullable Object, T extends @Nullable Object> Cancellation callAsync(
                CallWith<? super S, ? extends CompletionStage<? extends T>, ?> call,
                S subject,
                long now,
                long deadline,
                Done<? super T> done) {
            if (!enter()) {
                done.end(null, new LimitReachedException(name, scope, limit));
                return Cancellation.NONE;
            }
            return next.<S, T>callAsync(call, subject, now, deadline, (result, failure) -> {
                leave();
                done.end(result, failure);
            });
        }
    }
}
