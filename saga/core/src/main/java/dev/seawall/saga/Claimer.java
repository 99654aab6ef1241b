package dev.seawall.saga;

import dev.seawall.Cancellation;
import dev.seawall.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes on sagas that are due, as many as there is room for. It looks again at once after it found some, else when the next one is
 * due or somebody says so, and after a second at the latest.
 */
final class Claimer {

    private static final Logger LOG = LoggerFactory.getLogger(SagaEngine.class);
    private static final long IDLE_NANOS = Durations.toNanos(Duration.ofSeconds(1));
    private static final int IDLE = 0;
    private static final int LOOKING = 1;
    private static final int AGAIN = 2;

    private final Host host;
    private final Set<SagaVersion> known;
    private final int concurrency;
    private final Consumer<SagaRecord> taken;
    private final AtomicInteger looking = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock(); // not held while anything else is called but the timer
    private Cancellation planned = Cancellation.NONE; // guarded by lock
    private long plannedAt = Long.MAX_VALUE; // guarded by lock
    private volatile boolean stopped;
    private volatile boolean full;
    private volatile boolean failing;

    Claimer(Host host, Set<SagaVersion> known, int concurrency, Consumer<SagaRecord> taken) {
        this.host = host;
        this.known = known;
        this.concurrency = concurrency;
        this.taken = taken;
    }

    /** Looks at the latest after that time. */
    void lookIn(long nanos) {
        long at = Durations.plus(host.runtime.now(), Math.max(0, nanos));
        lock.lock();
        try {
            if (stopped || host.runtime.isClosed() || at >= plannedAt) {
                return;
            }
            planned.cancel();
            plannedAt = at;
            planned = host.runtime.schedule(nanos, () -> host.execute(this::look));
        } finally {
            lock.unlock();
        }
    }

    /** A saga has left: there is room again, and it may be due soon. */
    void left(Duration dueIn) {
        if (full) {
            lookIn(0);
        } else if (dueIn.compareTo(Duration.ofHours(1)) < 0) {
            lookIn(Durations.toNanos(dueIn));
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            planned.cancel();
        } finally {
            lock.unlock();
        }
    }

    private void look() {
        lock.lock();
        try {
            plannedAt = Long.MAX_VALUE;
        } finally {
            lock.unlock();
        }
        if (looking.getAndUpdate(state -> state == IDLE ? LOOKING : AGAIN) != IDLE) {
            return; // whoever is looking looks once more
        }
        long pause = IDLE_NANOS;
        do {
            looking.set(LOOKING);
            pause = stopped ? IDLE_NANOS : tried();
        } while (!looking.compareAndSet(LOOKING, IDLE));
        lookIn(pause);
    }

    /** How long to wait until the next look. */
    private long tried() {
        try {
            long pause = claim();
            failing = false;
            return pause;
        } catch (RuntimeException failure) {
            if (!failing && !stopped) {
                LOG.warn("sagas cannot be claimed for now", failure);
            }
            failing = true;
            return IDLE_NANOS;
        }
    }

    private long claim() {
        int room = concurrency - host.active();
        full = room <= 0;
        if (room <= 0) {
            return IDLE_NANOS;
        }
        List<SagaRecord> claimed = host.store.claim(known, room);
        claimed.forEach(taken);
        if (!claimed.isEmpty()) {
            full = claimed.size() == room;
            return 0;
        }
        return Math.min(
                IDLE_NANOS,
                host.store
                        .nextDue()
                        .map(Durations::toNanos)
                        .map(Claimer::notInHaste)
                        .orElse(IDLE_NANOS));
    }

    /** What is due, but was not claimed, is of a version unknown here, or was just taken by another node. */
    private static long notInHaste(long nanos) {
        return nanos <= 0 ? IDLE_NANOS / 10 : nanos;
    }
}
