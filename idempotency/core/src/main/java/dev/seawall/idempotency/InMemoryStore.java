package dev.seawall.idempotency;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records in a map, and in the order of their ends. One lock: what is done under it is a few steps. */
final class InMemoryStore implements IdempotencyStore {

    private static final class Entry {

        private final Key key;
        private final Fingerprint fingerprint;
        private final long number; // tells records with one end apart
        private final Map<String, StoredAnswer> points = new HashMap<>();
        private @Nullable UUID token; // null: released
        private @Nullable StoredAnswer answer; // null: claimed
        private long claimedUntil;
        private long end;

        Entry(Key key, Fingerprint fingerprint, long number) {
            this.key = key;
            this.fingerprint = fingerprint;
            this.number = number;
        }
    }

    private final int most;
    private final ResilienceRuntime runtime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Entry> records = new HashMap<>(); // guarded by lock, as all below
    private final TreeSet<Entry> byEnd =
            new TreeSet<>(Comparator.<Entry>comparingLong(kept -> kept.end).thenComparingLong(kept -> kept.number));
    private long made;

    InMemoryStore(int most, ResilienceRuntime runtime) {
        this.most = Require.atLeast("most", most, 1);
        this.runtime = Objects.requireNonNull(runtime, "runtime");
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        lock.lock();
        try {
            long now = runtime.now();
            Entry found = live(key, now);
            if (found == null) {
                take(make(key, fingerprint, now), token, later(now, claimFor), later(now, keepFor));
                return new Granted(Map.of(), false);
            }
            if (!found.fingerprint.equals(fingerprint)) {
                return new Mismatched();
            }
            if (found.answer != null) {
                return new Completed(found.answer);
            }
            boolean own = token.equals(found.token);
            boolean others = found.token != null && !own;
            if (others && now < found.claimedUntil) {
                return new Held(Duration.ofNanos(found.claimedUntil - now));
            }
            take(found, token, later(now, claimFor), later(now, keepFor));
            return new Granted(found.points, others);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry live(Key key, long now) {
        Entry found = records.get(key);
        if (found != null && found.end <= now) {
            forget(found);
            return null;
        }
        return found;
    }

    private Entry make(Key key, Fingerprint fingerprint, long now) {
        if (records.size() >= most && forgetEnded(now, 1) == 0) {
            throw new IdempotencyStoreException(
                    "the idempotency store in memory is full: it has room for " + most + " records, and none has ended",
                    null);
        }
        Entry made = new Entry(key, fingerprint, ++this.made);
        records.put(key, made);
        return made;
    }

    private void take(Entry taken, UUID token, long claimedUntil, long end) {
        taken.token = token;
        taken.claimedUntil = claimedUntil;
        endAt(taken, Math.max(claimedUntil, end));
    }

    /** The order must not change under the set. */
    private void endAt(Entry kept, long end) {
        byEnd.remove(kept);
        kept.end = end;
        byEnd.add(kept);
    }

    private void forget(Entry ended) {
        records.remove(ended.key);
        byEnd.remove(ended);
    }

    private int forgetEnded(long now, int most) {
        int forgotten = 0;
        while (forgotten < most && !byEnd.isEmpty() && byEnd.first().end <= now) {
            forget(byEnd.first());
            forgotten++;
        }
        return forgotten;
    }

    private static long later(long now, Duration duration) {
        return Durations.plus(now, Durations.toNanos(duration));
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        return asHolder(key, token, held -> {
            held.claimedUntil = later(runtime.now(), claimFor);
            endAt(held, Math.max(held.end, held.claimedUntil));
            return true;
        });
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        return asHolder(key, token, held -> {
            held.points.put(point, result);
            return true;
        });
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        lock.lock();
        try {
            long now = runtime.now();
            Entry found = live(key, now);
            if (found == null || !token.equals(found.token)) {
                return false;
            }
            if (found.answer == null) {
                found.answer = answer;
                found.points.clear();
                endAt(found, later(now, keepFor));
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean release(Key key, UUID token) {
        return asHolder(key, token, held -> {
            if (held.points.isEmpty()) {
                forget(held);
            }
            held.token = null;
            return true;
        });
    }

    private boolean asHolder(Key key, UUID token, Function<Entry, Boolean> change) {
        lock.lock();
        try {
            Entry found = live(key, runtime.now());
            return found != null && found.answer == null && token.equals(found.token) && change.apply(found);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int purge(int most) {
        Require.atLeast("most", most, 1);
        lock.lock();
        try {
            return forgetEnded(runtime.now(), most);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "idempotency store in memory, at most " + most + " records";
    }
}
