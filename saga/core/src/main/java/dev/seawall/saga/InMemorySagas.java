package dev.seawall.saga;

import dev.seawall.Durations;
import dev.seawall.Require;
import dev.seawall.ResilienceRuntime;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.SagaStore.Change;
import dev.seawall.saga.SagaStore.InUse;
import dev.seawall.saga.SagaStore.Intervention;
import dev.seawall.saga.SagaStore.Started;
import dev.seawall.saga.SagaStore.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Sagas in the memory of this process, for those that need not survive it, and for tests. Does what a store on a database does,
 * but for local steps.
 *
 * <p>Several engines may share it, each with a {@linkplain #node node} of its own. Nodes of one process do not die alone, so they
 * have no heartbeat: {@link #expire} lets a test say that one was silent for too long.
 *
 * <p>Of sagas that have ended, the latest 10,000 are kept, or as many as is set; sagas that are active or parked always.
 *
 * <p><b>Threads:</b> safe for any number of threads. <b>Time:</b> the runtime's clock.
 */
public final class InMemorySagas {

    /** How many sagas that have ended are kept unless set otherwise: {@value}. */
    public static final int DEFAULT_KEPT = 10_000;

    private final ReentrantLock lock = new ReentrantLock(); // never held while code of others runs
    private final ResilienceRuntime runtime;
    private final int kept;
    private final Map<SagaKey, InMemorySaga> sagas = new HashMap<>(); // guarded by lock
    private final Set<InMemorySaga> ended = new LinkedHashSet<>(); // guarded by lock
    private final TreeSet<InMemorySaga> waiting = // guarded by lock: those without an owner, the next due first
            new TreeSet<>(
                    Comparator.comparingLong((InMemorySaga saga) -> saga.dueAt).thenComparingLong(saga -> saga.number));
    private final Set<InMemorySagaStore> nodes = new HashSet<>(); // guarded by lock
    private long count; // guarded by lock

    private InMemorySagas(ResilienceRuntime runtime, int kept) {
        this.runtime = Objects.requireNonNull(runtime, "runtime");
        this.kept = Require.atLeast("kept", kept, 0);
    }

    /**
     * An empty one.
     *
     * @param runtime whose clock it uses
     * @return new sagas
     */
    public static InMemorySagas create(ResilienceRuntime runtime) {
        return new InMemorySagas(runtime, DEFAULT_KEPT);
    }

    /**
     * An empty one.
     *
     * @param runtime whose clock it uses
     * @param kept how many sagas that have ended it keeps, at least 0
     * @return new sagas
     */
    public static InMemorySagas create(ResilienceRuntime runtime, int kept) {
        return new InMemorySagas(runtime, kept);
    }

    /**
     * Another node, for one engine.
     *
     * @param name of the node, other than the other nodes'
     * @return a store that is closed by its engine
     */
    public SagaStore node(String name) {
        return new InMemorySagaStore(this, Require.name(name));
    }

    /**
     * Takes from a node what it owns, as if it had been silent for too long: others may claim it. It does not notice until it
     * writes.
     *
     * @param name of the node
     */
    public void expire(String name) {
        wake(inLock(() -> {
            release(name, true);
            return true;
        }));
    }

    <T> T inLock(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private void release(String node, boolean died) {
        for (InMemorySaga saga : sagas.values()) {
            if (node.equals(saga.owner)) {
                saga.owner = null;
                saga.orphaned = died;
                due(saga, runtime.now());
            }
        }
    }

    private void due(InMemorySaga saga, long at) {
        waiting.remove(saga);
        saga.dueAt = at;
        waiting.add(saga);
    }

    void wake(boolean wanted) {
        if (wanted) {
            List<InMemorySagaStore> all = inLock(() -> List.copyOf(nodes));
            all.forEach(InMemorySagaStore::wake);
        }
    }

    void open(InMemorySagaStore node) {
        inLock(() -> nodes.add(node));
    }

    void close(InMemorySagaStore node, String name) {
        wake(inLock(() -> {
            release(name, false);
            return nodes.remove(node);
        }));
    }

    Started start(NewSaga saga, String node) {
        return inLock(() -> {
            InMemorySaga existing = sagas.get(saga.key());
            if (existing != null) {
                return new Started.Existing(existing.record(runtime.now()));
            }
            InMemorySaga fresh = new InMemorySaga(saga, ++count, runtime.now(), runtime.wallTime());
            fresh.owner = node;
            sagas.put(saga.key(), fresh);
            return new Started.Fresh(fresh.record(runtime.now()));
        });
    }

    List<SagaRecord> claim(String node, Collection<SagaVersion> known, int most) {
        return inLock(() -> {
            long now = runtime.now();
            List<InMemorySaga> taken = new ArrayList<>();
            for (InMemorySaga saga : waiting) {
                if (saga.dueAt > now || taken.size() >= most) {
                    break;
                }
                if (known.contains(saga.version())) {
                    taken.add(saga);
                }
            }
            taken.forEach(saga -> {
                waiting.remove(saga);
                saga.claimedBy(node);
            });
            return taken.stream().map(saga -> saga.record(now)).toList();
        });
    }

    Optional<Duration> nextDue() {
        return inLock(() -> waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, waiting.first().dueAt - runtime.now()))));
    }

    Written write(SagaWrite write, String node) {
        return inLock(() -> {
            InMemorySaga saga = sagas.get(write.key());
            if (saga == null || saga.epoch != write.epoch() || saga.rev != write.rev()) {
                return Written.FENCED;
            }
            saga.write(write, node, runtime.wallTime());
            if (write.wakeIn() != null && saga.status.isActive()) {
                boolean now = saga.signalled || (saga.cancelRequested && saga.status == SagaStatus.RUNNING);
                saga.signalled = false;
                saga.owner = null;
                long wait = now ? 0 : Math.max(0, Durations.toNanos(write.wakeIn()));
                due(saga, Durations.plus(runtime.now(), wait));
            }
            settle(saga);
            return saga.cancelRequested ? Written.DONE_AND_CANCEL_REQUESTED : Written.DONE;
        });
    }

    private void settle(InMemorySaga saga) {
        if (!saga.status.isActive()) {
            saga.owner = null;
            waiting.remove(saga);
        }
        if (saga.status.isEnd()) {
            saga.signals.clear();
            ended.add(saga);
            while (ended.size() > kept) {
                InMemorySaga oldest = ended.iterator().next();
                ended.remove(oldest);
                sagas.remove(oldest.key);
            }
        }
    }

    List<SagaSignal> signals(SagaKey key) {
        return inLock(() -> sagas.containsKey(key) ? List.copyOf(sagas.get(key).signals) : List.of());
    }

    SignalResult signal(SagaKey key, String name, EncodedPayload payload) {
        SignalResult result = inLock(() -> {
            InMemorySaga saga = sagas.get(key);
            if (saga == null) {
                return SignalResult.UNKNOWN;
            }
            if (saga.status.isEnd()) {
                return SignalResult.TOO_LATE;
            }
            saga.signals.add(new SagaSignal(++count, name, payload));
            if (waiting.contains(saga)) {
                due(saga, runtime.now());
            } else {
                saga.signalled = true;
            }
            return SignalResult.ACCEPTED;
        });
        wake(result == SignalResult.ACCEPTED);
        return result;
    }

    CancelResult cancel(SagaKey key, String reason, String node) {
        CancelResult result = inLock(() -> {
            InMemorySaga saga = sagas.get(key);
            if (saga == null) {
                return CancelResult.UNKNOWN;
            }
            if (saga.cancelRequested || saga.status == SagaStatus.COMPENSATED) {
                return CancelResult.ALREADY;
            }
            if (saga.status.isEnd() || saga.status == SagaStatus.PAST_PIVOT) {
                return CancelResult.TOO_LATE;
            }
            saga.cancelRequested = true;
            saga.note(new SagaWrite.Entry(null, "cancel", 0, reason), node, runtime.wallTime());
            if (waiting.contains(saga)) {
                due(saga, runtime.now());
            }
            return CancelResult.ACCEPTED;
        });
        wake(result == CancelResult.ACCEPTED);
        return result;
    }

    Optional<SagaRecord> find(SagaKey key) {
        return inLock(() -> Optional.ofNullable(sagas.get(key)).map(saga -> saga.record(runtime.now())));
    }

    List<SagaRecord> find(SagaQuery query) {
        return inLock(() -> {
            long now = runtime.now();
            InMemorySaga after = query.after() == null ? null : sagas.get(query.after());
            return sagas.values().stream()
                    .filter(saga -> after == null || saga.number > after.number)
                    .filter(saga ->
                            query.definition() == null || query.definition().equals(saga.key.definition()))
                    .filter(saga ->
                            query.statuses().isEmpty() || query.statuses().contains(saga.status))
                    .map(saga -> Map.entry(saga.number, saga.record(now)))
                    .filter(entry -> entry.getValue().age().compareTo(query.olderThan()) >= 0)
                    .sorted(Map.Entry.comparingByKey())
                    .limit(query.most())
                    .map(Map.Entry::getValue)
                    .toList();
        });
    }

    List<SagaLogEntry> history(SagaKey key) {
        return inLock(() -> sagas.containsKey(key) ? List.copyOf(sagas.get(key).log) : List.of());
    }

    Optional<SagaRecord> intervene(SagaKey key, String operator, SagaWrite.Entry action, Intervention change) {
        Optional<SagaRecord> result = Optional.empty();
        boolean again = true;
        while (again) { // the decision is the caller's code: it runs without the lock, and again if the saga has moved
            // on
            SagaRecord seen = find(key).orElse(null);
            Change decided = seen == null ? null : change.on(seen).orElse(null);
            if (seen == null || decided == null) {
                return Optional.empty();
            }
            result = inLock(() -> changed(seen, operator, action, decided));
            again = result.isEmpty();
        }
        wake(true);
        return result;
    }

    private Optional<SagaRecord> changed(SagaRecord seen, String operator, SagaWrite.Entry action, Change change) {
        InMemorySaga saga = sagas.get(seen.key());
        if (saga == null || saga.rev != seen.rev() || saga.epoch != seen.epoch()) {
            return Optional.empty();
        }
        saga.change(change);
        saga.note(action, operator, runtime.wallTime());
        if (saga.status.isActive()) {
            due(saga, runtime.now());
        }
        settle(saga);
        return Optional.of(saga.record(runtime.now()));
    }

    SagaCounts counts() {
        return inLock(() -> {
            Map<SagaStatus, Long> byStatus = new EnumMap<>(SagaStatus.class);
            long now = runtime.now();
            long first = now;
            for (InMemorySaga saga : sagas.values()) {
                if (!saga.status.isEnd()) {
                    byStatus.merge(saga.status, 1L, Long::sum);
                }
                first = saga.status.isActive() ? Math.min(first, saga.startedAt) : first;
            }
            return new SagaCounts(byStatus, waiting.size(), Duration.ofNanos(now - first));
        });
    }

    List<InUse> inUse() {
        return inLock(() -> {
            Map<InUse, Long> counts = new LinkedHashMap<>();
            for (InMemorySaga saga : sagas.values()) {
                if (!saga.status.isEnd()) {
                    counts.merge(new InUse(saga.version(), saga.step, 0), 1L, Long::sum);
                }
            }
            List<InUse> all = new ArrayList<>();
            counts.forEach((which, sagas) -> all.add(new InUse(which.version(), which.step(), sagas)));
            return all;
        });
    }

    @Override
    public String toString() {
        return inLock(() -> sagas.size() + " sagas in memory");
    }
}
