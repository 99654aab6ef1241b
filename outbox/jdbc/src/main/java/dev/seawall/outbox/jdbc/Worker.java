package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DedicatedConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread of a relay that publishes, in turns, on one connection. What it does in a turn is for subclasses to say. */
abstract class Worker {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private static final long SHORTEST_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long SHORTEST_ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int ANSWER_LIVES = 3; // in times to live

    final OutboxRelay relay;
    final RelaySettings settings;
    final ResilienceRuntime runtime;
    final int number;
    final Thread thread;
    private final DataSource dataSource;
    private volatile boolean woken;
    private volatile boolean stopping;
    private volatile long stopAt = Long.MAX_VALUE;

    // of this worker's thread
    private long idleNanos;
    private int failures; // of the database, in a row

    Worker(OutboxRelay relay, RelaySettings settings, DataSource dataSource, int number) {
        this.relay = relay;
        this.settings = settings;
        this.dataSource = dataSource;
        this.runtime = settings.runtime();
        this.number = number;
        this.thread = new Thread(this::run, "seawall-relay-" + number);
        this.thread.setDaemon(true);
    }

    /** Whether there was something to do. */
    abstract boolean turn() throws SQLException, InterruptedException;

    /** Whether nothing is under way between turns. */
    abstract boolean isIdle();

    /** How long to wait at most after a turn in which there was nothing to do. */
    abstract long longestIdleNanos();

    /** Whether the next turn has something to do. Asked while it waits. */
    abstract boolean hasNews();

    /** Forgets what it has read, and gives the connection back. */
    abstract void disconnect();

    final void start() {
        thread.start();
    }

    /** Has it look for messages now. */
    final void wakeUp() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /** Lets it finish what is under way, until then. */
    final void stop(long at) {
        stopAt = at;
        stopping = true;
        LockSupport.unpark(thread);
    }

    final void awaitEnd() throws InterruptedException {
        thread.join();
    }

    final boolean isStopping() {
        return stopping;
    }

    /** Whether it may not wait any longer for what is under way. */
    final boolean mustStop() {
        return stopping && runtime.now() >= stopAt;
    }

    /** When it must stop. */
    final long stopAt() {
        return stopping ? stopAt : Long.MAX_VALUE;
    }

    private void run() {
        try {
            while (!mustStop() && !(stopping && isIdle())) {
                work();
            }
        } catch (InterruptedException ours) {
            LOG.debug("{} was interrupted and ends", thread.getName()); // nobody else has this thread
        } finally {
            disconnect();
        }
    }

    /** One turn, and the wait after it. */
    final void work() throws InterruptedException {
        try {
            if (turn()) {
                idleNanos = 0;
            } else {
                idle();
            }
            failures = 0;
        } catch (SQLException | RuntimeException | Error failure) {
            startAnew(failure); // a thread that ended would leave its messages without anybody at work
        }
    }

    private void idle() throws InterruptedException {
        idleNanos = Math.min(longestIdleNanos(), Math.max(SHORTEST_IDLE_NANOS, idleNanos * 2));
        if (!runtime.sleep(idleNanos, () -> woken || hasNews() || stopping)) {
            stop(0); // the runtime was closed
        }
        if (woken) {
            woken = false;
            idleNanos = 0;
        }
    }

    /** Nothing is known of what the database has done: what was read is forgotten, and read again from the beginning. */
    private void startAnew(Throwable failure) throws InterruptedException {
        failures++;
        relay.tellDatabaseFailed(failure, failures == 1);
        disconnect();
        long wait = settings.delayNanos(failures);
        runtime.sleep(Math.min(wait, LONGEST_PAUSE_NANOS), () -> stopping);
    }

    /**
     * A connection whose other end is gone without a word would be waited for as long as the operating system likes, while the
     * heartbeat, on its own connection, keeps the partitions from others.
     */
    final DedicatedConnection connection() throws SQLException {
        long answer = Math.max(SHORTEST_ANSWER_NANOS, ANSWER_LIVES * Durations.toNanos(settings.timeToLive()));
        return DedicatedConnection.open(dataSource, Duration.ofNanos(answer));
    }
}
