package dev.seawall;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A runtime for tests and simulations: time stands still until {@link #advance} moves it, and then everything that falls due
 * on the way runs, in order, on the thread that moves it. A thread that sleeps moves time itself, so retries with long delays
 * end at once.
 *
 * <p>Two runs with the same seed and the same calls on one thread are the same, step by step.
 *
 * <p><b>Threads:</b> safe for any number of threads, but only one should move time if order matters.
 */
public final class VirtualRuntime implements ResilienceRuntime {

    private static final long DEFAULT_SEED = 42;
    private static final Instant FIRST_INSTANT = Instant.parse("2000-01-01T00:00:00Z");

    private record Task(long due, long number, Runnable action) {}

    private final ReentrantLock lock = new ReentrantLock(); // never held while a task runs
    private final TreeSet<Task> timers = // guarded by lock; a set, because most timers are cancelled
            new TreeSet<>(Comparator.comparingLong(Task::due).thenComparingLong(Task::number));
    private final Queue<Runnable> ready = new ArrayDeque<>(); // guarded by lock
    private final RandomGenerator random;
    private boolean running; // guarded by lock: some thread is working off the ready queue
    private long count; // guarded by lock
    private volatile long now = 1;
    private volatile Instant wallOrigin = FIRST_INSTANT; // the wall time at reading 1
    private volatile boolean closed; // set under lock

    private VirtualRuntime(long seed) {
        this.random = new SeededRandom(new AtomicLong(seed));
    }

    /**
     * A runtime whose random numbers are the same in each run.
     *
     * @return a new runtime; its clock reads 1
     */
    public static VirtualRuntime create() {
        return create(DEFAULT_SEED);
    }

    /**
     * A runtime with random numbers from a seed.
     *
     * @param seed any number
     * @return a new runtime; its clock reads 1
     */
    public static VirtualRuntime create(long seed) {
        return new VirtualRuntime(seed);
    }

    /**
     * Moves time forward and runs what falls due on the way, each task at its own time.
     *
     * @param duration how far; zero runs only what is already due
     */
    public void advance(Duration duration) {
        long target = Durations.plus(now, Durations.toNanos(Require.notNegative("duration", duration)));
        boolean more = true;
        while (more) {
            more = runNextUntil(target);
        }
    }

    /**
     * Moves time to each pending task in turn until none is left. Does not end if tasks schedule new ones for ever.
     */
    public void runAll() {
        boolean more = true;
        while (more) {
            more = runNextUntil(Layer.NO_DEADLINE);
        }
    }

    /**
     * How many timers are pending: what must be 0 when all calls have ended.
     *
     * @return the number of scheduled tasks that have neither run nor been cancelled
     */
    public int pendingTimers() {
        lock.lock();
        try {
            return timers.size();
        } finally {
            lock.unlock();
        }
    }

    /** Runs the next task due, at its time; without one, goes to the target and says so. */
    private boolean runNextUntil(long target) {
        @Nullable Task task;
        lock.lock();
        try {
            task = timers.isEmpty() ? null : timers.first();
            if (task == null || task.due() > target) {
                if (target != Layer.NO_DEADLINE) {
                    now = Math.max(now, target);
                }
                return false;
            }
            timers.remove(task);
            now = Math.max(now, task.due());
        } finally {
            lock.unlock();
        }
        task.action().run();
        return true;
    }

    @Override
    public long now() {
        return now;
    }

    /** Goes along with the monotonic clock, from the beginning of the year 2000 or from where it was set last. */
    @Override
    public Instant wallTime() {
        return wallOrigin.plusNanos(now - 1);
    }

    /**
     * Sets the wall clock, forward or back, as an operator would. The monotonic clock does not notice.
     *
     * @param time what {@link #wallTime()} is now
     */
    public void setWallTime(Instant time) {
        wallOrigin = time.minusNanos(now - 1);
    }

    @Override
    public boolean sameClock(ResilienceRuntime other) {
        return other == this;
    }

    /**
     * An executor that runs tasks on the calling thread, one after another: a task handed in by a running task waits for
     * that to end, so that chains do not recurse.
     *
     * @return an executor
     */
    @Override
    public Executor executor() {
        return task -> {
            lock.lock();
            try {
                ready.add(task);
            } finally {
                lock.unlock();
            }
            runReady();
        };
    }

    private void runReady() {
        for (Runnable task = nextReady(true); task != null; task = nextReady(false)) {
            try {
                task.run();
            } catch (Throwable failed) {
                releaseReady();
                throw failed;
            }
        }
    }

    /** The next task, or none if the queue is empty or another run of it is under way. */
    private @Nullable Runnable nextReady(boolean starting) {
        lock.lock();
        try {
            if (starting && running) {
                return null;
            }
            Runnable task = ready.poll();
            running = task != null;
            return task;
        } finally {
            lock.unlock();
        }
    }

    private void releaseReady() {
        lock.lock();
        try {
            running = false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public Cancellation schedule(long delayNanos, Runnable task) {
        lock.lock();
        try {
            if (!closed) { // asked under the lock, so that close() leaves no task behind
                Task entry = new Task(Durations.plus(now, Math.max(0, delayNanos)), count++, task);
                timers.add(entry);
                return () -> remove(entry);
            }
        } finally {
            lock.unlock();
        }
        task.run();
        return Cancellation.NONE;
    }

    private void remove(Task entry) {
        lock.lock();
        try {
            timers.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Moves time forward by the wait and runs what falls due on the way. A task that interrupts the calling thread ends the
     * wait at that task's time, and so does one that makes {@code until} true. What other threads are about to do is not
     * waited for.
     */
    @Override
    public boolean sleep(long nanos, BooleanSupplier until) throws InterruptedException {
        long target = Durations.plus(now, Math.max(0, nanos));
        boolean more = true;
        while (more) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (closed) {
                return false;
            }
            more = !until.getAsBoolean() && runNextUntil(target);
        }
        return true;
    }

    @Override
    public Runnable capture(Runnable task) {
        return task;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        Task task = takeAny();
        while (task != null) {
            task.action().run();
            task = takeAny();
        }
    }

    private @Nullable Task takeAny() {
        lock.lock();
        try {
            return timers.pollFirst();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "virtual runtime at " + Durations.format(Duration.ofNanos(now - 1));
    }

    /** A splitmix64 generator whose state is one atomic word, so that threads may share it. */
    private record SeededRandom(AtomicLong state) implements RandomGenerator {

        private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

        @Override
        public long nextLong() {
            long z = state.addAndGet(GOLDEN_GAMMA);
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return z ^ (z >>> 31);
        }
    }
}
