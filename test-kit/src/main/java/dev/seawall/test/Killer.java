package dev.seawall.test;

import dev.seawall.Durations;
import dev.seawall.Require;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a set of processes running, and kills or stops one after the other by a {@link KillPlan}: what a cluster goes through in
 * years, within minutes.
 *
 * {@snippet file="dev/seawall/test/ProcessExamplesTest.java" region="killer"}
 *
 * <p>Strikes overlap: a process may be hit while others are down, and a stopped one may be killed. One that ends by itself is counted
 * and started again. {@link #actions()} tells all that was done, for a failed run to be read.
 *
 * <p><b>Threads:</b> safe for any number of threads. It works on one daemon thread, on which it also starts the processes.
 *
 * <p><b>Time:</b> real time. The plan's numbers follow from its seed; which process is up when a strike falls does not, so two runs
 * with one seed resemble each other and are not the same.
 */
public final class Killer implements AutoCloseable {

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    /** What was done to a process. */
    public enum Deed {
        /** It was started, for the first time or again. */
        STARTED,
        /** It was killed. */
        KILLED,
        /** It was stopped. */
        STOPPED,
        /** It was allowed to go on. */
        RESUMED,
        /** It had ended by itself. */
        DIED
    }

    /**
     * Something that was done, and when.
     *
     * @param at the wall clock's time, for a look beside other logs
     * @param node the name of the process
     * @param pid its number
     * @param deed what was done
     */
    public record Action(Instant at, String node, long pid, Deed deed) {

        @Override
        public String toString() {
            return at + " " + deed + " " + node + " (" + pid + ")";
        }
    }

    private final KillPlan plan;
    private final SeededRandom random;
    private final List<Node> nodes = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "seawall-killer");
        thread.setDaemon(true);
        return thread;
    });
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition acted = lock.newCondition();
    private final List<Action> actions = new ArrayList<>(); // guarded by lock
    private final Map<Deed, Long> counts = new EnumMap<>(Deed.class); // guarded by lock
    private @Nullable Throwable failure; // guarded by lock
    private boolean finished; // on the thread

    private Killer(KillPlan plan, Map<String, Supplier<ChildJvm>> nodes) {
        this.plan = plan;
        this.random = new SeededRandom(plan.seed());
        nodes.forEach((name, start) -> this.nodes.add(new Node(name, start)));
        this.nodes.sort((one, other) -> one.name.compareTo(other.name));
    }

    /**
     * Starts the processes, and then to strike.
     *
     * @param plan how often, and how
     * @param nodes at least one process by name: how to start it, for the first time and again
     * @return a killer at work
     */
    public static Killer start(KillPlan plan, Map<String, Supplier<ChildJvm>> nodes) {
        Objects.requireNonNull(plan, "plan");
        Require.check(!nodes.isEmpty(), "nodes must have at least one process, had none");
        Killer killer = new Killer(plan, nodes);
        killer.thread.execute(killer.guarded(() -> {
            killer.nodes.forEach(Node::start);
            killer.later(plan.interval().nanos(killer.random), killer::strike);
        }));
        return killer;
    }

    /**
     * Waits until so many processes were killed or stopped.
     *
     * @param strikes how many since the start
     * @param within how long to wait at most, positive
     * @throws IllegalStateException if it did not come to that, because the time is over or a process could not be started
     * @throws InterruptedException if this thread is interrupted
     */
    public void awaitStrikes(int strikes, Duration within) throws InterruptedException {
        long left = Durations.toNanos(Require.positive("within", within));
        lock.lock();
        try {
            while (strikes() < strikes && failure == null && left > 0) {
                left = acted.awaitNanos(left);
            }
            throwIfFailed();
            if (strikes() < strikes) {
                throw new IllegalStateException("only " + strikes() + " of " + strikes + " strikes within "
                        + Durations.format(within) + ": " + this);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends the strikes: stopped processes go on, killed ones are started again. Returns when all run, so that they can do what is
     * left to do.
     *
     * @throws IllegalStateException if a process could not be started or stopped in the meantime
     * @throws InterruptedException if this thread is interrupted
     */
    public void finish() throws InterruptedException {
        runOnThread(() -> {
            finished = true;
            nodes.forEach(Node::restore);
        });
        lock.lock();
        try {
            throwIfFailed();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the strikes and kills all processes. Does nothing if closed. */
    @Override
    public void close() {
        try {
            if (!thread.isShutdown()) {
                runOnThread(() -> {
                    finished = true;
                    nodes.forEach(Node::end);
                });
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            thread.shutdownNow();
        }
    }

    /**
     * All that was done so far.
     *
     * @return in the order in which it was done
     */
    public List<Action> actions() {
        lock.lock();
        try {
            return List.copyOf(actions);
        } finally {
            lock.unlock();
        }
    }

    /**
     * How often something was done so far.
     *
     * @param deed what
     * @return a count since the start
     */
    public long count(Deed deed) {
        lock.lock();
        try {
            return counts.getOrDefault(deed, 0L);
        } finally {
            lock.unlock();
        }
    }

    /**
     * How often a process was killed, was stopped or died: how often messages in flight may have become duplicates.
     *
     * @return a count since the start
     */
    public long disruptions() {
        return strikes() + count(Deed.DIED);
    }

    private long strikes() {
        return count(Deed.KILLED) + count(Deed.STOPPED);
    }

    /** On the thread. */
    private void strike() {
        if (finished) {
            return;
        }
        nodes.forEach(Node::restartIfDead);
        boolean stop = random.chance(plan.stopRate());
        List<Node> victims = nodes.stream().filter(node -> node.canBeHit(stop)).toList();
        if (!victims.isEmpty()) {
            Node victim = random.pick(victims);
            if (stop) {
                victim.stop();
            } else {
                victim.kill();
            }
        }
        later(plan.interval().nanos(random), this::strike);
    }

    private void later(long nanos, Runnable work) {
        var unused = thread.schedule(guarded(work), nanos, TimeUnit.NANOSECONDS); // keeps its failure by itself
    }

    /** Nobody looks at what a task throws, so the first failure is kept for those who wait. */
    private Runnable guarded(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (Throwable thrown) {
                lock.lock();
                try {
                    failure = failure == null ? thrown : failure;
                    acted.signalAll();
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    private void runOnThread(Runnable work) throws InterruptedException {
        try {
            thread.submit(guarded(work)).get(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException stuck) {
            throw new IllegalStateException("processes could not be brought to an end: " + this, stuck);
        }
    }

    private void record(Node node, long pid, Deed deed) {
        lock.lock();
        try {
            actions.add(new Action(Instant.now(), node.name, pid, deed));
            counts.merge(deed, 1L, Long::sum);
            acted.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void throwIfFailed() {
        if (failure != null) {
            throw new IllegalStateException("a process could not be handled: " + failure, failure);
        }
    }

    /**
     * What was done, in figures.
     *
     * @return such as {@code killer of [n1, n2] (seed 7): started 12, killed 10, stopped 2, resumed 2, died 0}
     */
    @Override
    public String toString() {
        String names = nodes.stream().map(node -> node.name).collect(Collectors.joining(", ", "[", "]"));
        return "killer of " + names + " (seed " + plan.seed() + "): started " + count(Deed.STARTED) + ", killed "
                + count(Deed.KILLED) + ", stopped " + count(Deed.STOPPED) + ", resumed " + count(Deed.RESUMED)
                + ", died " + count(Deed.DIED);
    }

    /** A place in the cluster, and the process that fills it at present. Only for the killer's thread. */
    private final class Node {

        private final String name;
        private final Supplier<ChildJvm> starter;
        private @Nullable ChildJvm child;
        private boolean stopped;

        private Node(String name, Supplier<ChildJvm> starter) {
            this.name = name;
            this.starter = starter;
        }

        void start() {
            ChildJvm started = starter.get();
            child = started;
            stopped = false;
            record(this, started.pid(), Deed.STARTED);
        }

        boolean canBeHit(boolean byStop) {
            return child != null && !(byStop && stopped);
        }

        void kill() {
            ChildJvm victim = child;
            if (victim == null) {
                return;
            }
            end();
            record(this, victim.pid(), Deed.KILLED);
            later(plan.restart().nanos(random), this::startAfterKill);
        }

        void stop() {
            ChildJvm victim = child;
            if (victim == null) {
                return;
            }
            if (!victim.isAlive()) {
                return; // by itself, a moment ago; the next strike finds out
            }
            victim.stop();
            stopped = true;
            record(this, victim.pid(), Deed.STOPPED);
            later(plan.stopped().nanos(random), () -> resume(victim));
        }

        void resume(ChildJvm victim) {
            if (stopped && child == victim) {
                stopped = false;
                victim.resume();
                record(this, victim.pid(), Deed.RESUMED);
            }
        }

        void startAfterKill() {
            if (!finished && child == null) {
                start();
            }
        }

        void restartIfDead() {
            ChildJvm dead = child;
            if (dead != null && !dead.isAlive()) {
                record(this, dead.pid(), Deed.DIED);
                dead.close();
                start();
            }
        }

        /** Makes it run. */
        void restore() {
            ChildJvm present = child;
            if (present == null) {
                start();
            } else {
                restartIfDead();
                resume(present);
            }
        }

        void end() {
            ChildJvm present = child;
            child = null;
            stopped = false;
            if (present != null) {
                present.close();
            }
        }
    }
}
