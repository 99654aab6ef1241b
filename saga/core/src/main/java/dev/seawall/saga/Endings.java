package dev.seawall.saga;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Threads that wait for the end of sagas which this engine works on. */
final class Endings {

    /** One waiting thread. */
    static final class Waiter {

        private final SagaKey key;
        private final Thread thread = Thread.currentThread();
        private volatile @Nullable SagaResult<?> result;

        Waiter(SagaKey key) {
            this.key = key;
        }

        @Nullable
        SagaResult<?> result() {
            return result;
        }

        boolean isDone() {
            return result != null;
        }

        private void end(SagaResult<?> with) {
            result = with;
            LockSupport.unpark(thread);
        }
    }

    private final ConcurrentHashMap<SagaKey, Set<Waiter>> waiters = new ConcurrentHashMap<>();

    Waiter register(SagaKey key) {
        Waiter waiter = new Waiter(key);
        waiters.compute(key, (same, others) -> {
            Set<Waiter> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(waiter);
            return all;
        });
        return waiter;
    }

    void remove(Waiter waiter) {
        waiters.computeIfPresent(waiter.key, (same, all) -> {
            all.remove(waiter);
            return all.isEmpty() ? null : all;
        });
    }

    void ended(SagaKey key, SagaResult<?> result) {
        Set<Waiter> all = waiters.get(key);
        if (all != null) {
            all.forEach(waiter -> waiter.end(result));
        }
    }
}
