package dev.seawall.ratelimiter;

import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The limiters of keys, at most so many.
 *
 * <p>They stand in the order in which they can become idle, as far as was known when each was last looked at. A limiter that is
 * used meanwhile becomes idle later than that, so what comes first is looked at again when its time has come, and then stands
 * where it belongs. Whoever is not yet due need not be looked at: among millions of keys in use an idle one is found without a
 * search. One that was asked for since the last look stays once more, if there is another to forget: its call may be about to
 * use it.
 */
final class Keys {

    private static final int LOOKS = 2; // one when a key is in use, one when it no longer is: as many go as come
    private static final int MOST_LOOKS = 256;
    private static final long NEXT_LOOK =
            3_600_000_000_000L; // at the latest: permits given back, or a wall clock that was
    // set, make a limiter idle sooner than foreseen

    private final int most;
    private final ResilienceRuntime runtime;
    private final Function<String, DefaultRateLimiter> factory;
    private final Map<String, DefaultRateLimiter> limiters = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<DefaultRateLimiter> byNextLook =
            new PriorityQueue<>(Comparator.comparingLong(DefaultRateLimiter::nextLook)); // guarded by lock
    private final Deque<DefaultRateLimiter> kept = new ArrayDeque<>(); // guarded by lock; empty when that is free

    /** Asks the factory when a key is first seen, with the lock held. */
    Keys(int most, ResilienceRuntime runtime, Function<String, DefaultRateLimiter> factory) {
        this.most = Require.atLeast("maxKeys", most, 1);
        this.runtime = runtime;
        this.factory = factory;
    }

    /** The limiter of a key, made now if there is none; {@code null} if there is no room for one. */
    @Nullable
    DefaultRateLimiter get(String key) {
        DefaultRateLimiter limiter = limiters.get(key);
        if (limiter == null) {
            return make(Require.name(key));
        }
        limiter.askFor();
        return limiter;
    }

    private @Nullable DefaultRateLimiter make(String key) {
        lock.lock();
        try {
            DefaultRateLimiter known = limiters.get(key);
            if (known != null) {
                return known;
            }
            long now = runtime.now();
            forgetIdle(now);
            if (limiters.size() >= most && !makeRoom(now)) {
                return null;
            }
            DefaultRateLimiter made = factory.apply(key);
            made.askFor();
            add(key, made, now);
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void add(String key, DefaultRateLimiter limiter, long now) {
        limiter.nextLook(now);
        byNextLook.add(limiter);
        limiters.put(key, limiter);
    }

    /** Forgets a few before there is need to, so that memory follows the keys in use. */
    private void forgetIdle(long now) {
        for (int looks = 0; looks < LOOKS && someAreDue(now); looks++) {
            DefaultRateLimiter first = byNextLook.remove();
            if (isIdle(first, now) && !first.wasAskedFor()) {
                forget(first);
            } else {
                kept.add(first);
            }
        }
        putBack();
    }

    private boolean makeRoom(long now) {
        DefaultRateLimiter idle = null;
        for (int looks = 0; looks < MOST_LOOKS && someAreDue(now); looks++) {
            DefaultRateLimiter first = byNextLook.remove();
            if (isIdle(first, now)) {
                idle = first;
                if (!first.wasAskedFor()) {
                    break;
                }
            }
            kept.add(first);
        }
        if (idle != null) {
            kept.remove(idle);
            forget(idle);
        }
        putBack();
        return idle != null;
    }

    private boolean someAreDue(long now) {
        DefaultRateLimiter first = byNextLook.peek();
        return first != null && first.nextLook() <= now;
    }

    private static boolean isIdle(DefaultRateLimiter limiter, long now) {
        long idleAt = limiter.idleAt(now);
        limiter.nextLook(Math.min(idleAt, now + NEXT_LOOK));
        return idleAt <= now;
    }

    private void forget(DefaultRateLimiter limiter) {
        limiters.remove(limiter.key());
    }

    private void putBack() {
        byNextLook.addAll(kept);
        kept.clear();
    }

    /** Forgets all keys, and takes these. */
    void replace(Collection<DefaultRateLimiter> others) {
        lock.lock();
        try {
            limiters.clear();
            byNextLook.clear();
            long now = runtime.now();
            others.forEach(limiter -> add(limiter.key(), limiter, now));
        } finally {
            lock.unlock();
        }
    }

    /** Those that are there all the time, and perhaps those that come or go meanwhile. */
    Iterable<DefaultRateLimiter> all() {
        return limiters.values();
    }

    int most() {
        return most;
    }

    int size() {
        return limiters.size();
    }
}
