package dev.seawall;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clock, one timer thread, and a pool for user code unless the user brings one. */
final class SystemRuntime implements ResilienceRuntime {

    /** Made on first use, so that a program which brings its own runtime starts no threads of ours. */
    static final class Shared {
        static final SystemRuntime INSTANCE =
                new SystemRuntime("seawall", null, UnaryOperator.identity(), SystemWallClock.source());

        private Shared() {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(ResilienceRuntime.class);
    private static final int FEWEST_WORKERS = 4;

    private final Sleepers sleepers = new Sleepers();
    private final ScheduledThreadPoolExecutor timer;
    private final Executor workers;
    private final @Nullable ForkJoinPool ownPool;
    private final Executor executor = this::execute;
    private final UnaryOperator<Runnable> context;
    private final InstantSource wallClock;
    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();
    private final Alarms alarms = new Alarms(this);

    SystemRuntime(String name, @Nullable Executor workers, UnaryOperator<Runnable> context, InstantSource wallClock) {
        this.timer = timer(name + "-timer");
        if (workers == null) {
            ForkJoinPool pool = pool(name + "-worker-");
            this.ownPool = pool;
            this.workers = pool;
        } else {
            this.ownPool = null;
            this.workers = workers;
        }
        this.context = context;
        this.wallClock = wallClock;
    }

    private static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true); // a call that ended must not leave its timer behind
        return timer;
    }

    private static ForkJoinPool pool(String prefix) {
        ForkJoinPool.ForkJoinWorkerThreadFactory factory = pool -> {
            ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
            thread.setName(prefix + thread.getPoolIndex());
            return thread;
        };
        int workers = Math.max(FEWEST_WORKERS, Runtime.getRuntime().availableProcessors());
        return new ForkJoinPool(workers, factory, null, true);
    }

    @Override
    public long now() {
        return SystemTicker.now();
    }

    @Override
    public Instant wallTime() {
        return wallClock.instant();
    }

    @Override
    public boolean sameClock(ResilienceRuntime other) {
        return other instanceof SystemRuntime;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    private void execute(Runnable task) {
        try {
            workers.execute(task);
        } catch (RejectedExecutionException shutDown) {
            task.run(); // an answer on the wrong thread is better than none
        }
    }

    @Override
    public RandomGenerator random() {
        return ThreadLocalRandom.current();
    }

    @Override
    public Cancellation schedule(long delayNanos, Runnable task) {
        Pending entry = new Pending(task);
        pending.add(entry);
        try {
            entry.future = timer.schedule(entry, Math.max(0, delayNanos), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException afterClose) {
            entry.run();
        }
        return entry;
    }

    /** A task on the timer. Leaving the set of pending ones is what decides who runs or cancels it, once. */
    private final class Pending implements Runnable, Cancellation {

        private final Runnable task;
        private volatile @Nullable ScheduledFuture<?> future;

        Pending(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (pending.remove(this)) {
                try {
                    task.run();
                } catch (Throwable broken) { // it must not keep the others from running when the runtime is closed
                    LOG.warn("a task on the timer threw", broken);
                }
            }
        }

        @Override
        public void cancel() {
            ScheduledFuture<?> entry = future;
            if (pending.remove(this) && entry != null) {
                entry.cancel(false);
            }
        }
    }

    @Override
    public boolean sleep(long nanos, BooleanSupplier until) throws InterruptedException {
        return sleepers.sleep(nanos, until);
    }

    @Override
    public Runnable capture(Runnable task) {
        return context.apply(task);
    }

    /** Interrupts the calling thread at a deadline unless disarmed before. */
    Alarm arm(long deadline) {
        return alarms.arm(deadline);
    }

    @Override
    public boolean isClosed() {
        return sleepers.areAwake();
    }

    @Override
    public void close() {
        if (this == Shared.INSTANCE) {
            throw new IllegalStateException("the shared runtime serves the whole process and cannot be closed;"
                    + " build one with ResilienceRuntime.builder() where a lifetime is needed");
        }
        sleepers.wakeAll();
        timer.shutdownNow();
        pending.forEach(Pending::run);
        if (ownPool != null) {
            ownPool.shutdown();
        }
    }

    @Override
    public String toString() {
        return this == Shared.INSTANCE ? "shared runtime" : "system runtime";
    }
}
