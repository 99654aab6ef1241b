package dev.seawall.jdbc;

import dev.seawall.Backoff;
import dev.seawall.Durations;
import dev.seawall.EventPublisher;
import dev.seawall.ResilienceRuntime;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which chore is next, and how it went. One that has more to do comes again after those that are overdue for longer, so that none
 * waits for the end of another.
 *
 * <p><b>Threads:</b> one runs chores; any may look at snapshots.
 */
final class ChoreList {

    private static final Logger LOG = LoggerFactory.getLogger(ChoreList.class);
    private static final Duration ANSWER = Duration.ofMinutes(1);
    private static final Backoff BACKOFF =
            Backoff.exponential(Duration.ofSeconds(1)).withCap(Duration.ofMinutes(5));

    /** A chore and how it goes. */
    private static final class Task {

        final Chore chore;
        final long interval;
        private volatile long due;
        private final AtomicLong rows = new AtomicLong();
        private volatile long ranAt;
        private volatile @Nullable Throwable failure;
        private int failures; // in a row

        Task(Chore chore, Duration interval) {
            this.chore = chore;
            this.interval = Durations.toNanos(interval);
        }

        long due() {
            return due;
        }
    }

    private final DataSource dataSource;
    private final ResilienceRuntime runtime;
    private final EventPublisher<HousekeepingEvent> events;
    private final List<Task> tasks;

    ChoreList(
            DataSource dataSource,
            ResilienceRuntime runtime,
            EventPublisher<HousekeepingEvent> events,
            List<Housekeeping.Duty> duties) {
        this.dataSource = dataSource;
        this.runtime = runtime;
        this.events = events;
        this.tasks = duties.stream()
                .map(duty -> new Task(duty.chore(), duty.interval()))
                .toList();
    }

    /**
     * Runs a bit of the chore that is overdue for longest, if one is due.
     *
     * @return how many nanoseconds to wait before the next call: as long as this one took, or until a chore is due
     */
    long runNext() {
        Task next = tasks.stream().min(Comparator.comparingLong(Task::due)).orElseThrow();
        long start = runtime.now();
        if (next.due() > start) {
            return next.due() - start;
        }
        try (DedicatedConnection connection = DedicatedConnection.open(dataSource, ANSWER)) {
            int rows = next.chore.run(connection.connection());
            done(next, rows, runtime.now() - start);
        } catch (SQLException | RuntimeException | Error failure) {
            failed(next, failure);
        }
        return runtime.now() - start;
    }

    private void done(Task task, int rows, long took) {
        if (task.failures > 0) {
            LOG.info("the chore '{}' goes on", task.chore.name());
        }
        task.failures = 0;
        task.failure = null;
        task.rows.addAndGet(Math.max(0, rows));
        task.ranAt = runtime.now();
        task.due = rows > 0 ? task.ranAt : Durations.plus(task.ranAt, task.interval);
        if (events.wants(HousekeepingEvent.Done.class)) {
            events.publish(new HousekeepingEvent.Done(task.chore.name(), rows, Duration.ofNanos(took)));
        }
    }

    private void failed(Task task, Throwable failure) {
        task.failures++;
        task.failure = failure;
        task.ranAt = runtime.now();
        long wait = BACKOFF.delayNanos(task.failures, 0, runtime.random());
        task.due = Durations.plus(task.ranAt, wait);
        if (task.failures == 1) {
            LOG.warn("the chore '{}' has failed and will be tried again; others go on", task.chore.name(), failure);
        }
        if (events.wants(HousekeepingEvent.Failed.class)) {
            events.publish(new HousekeepingEvent.Failed(task.chore.name(), Duration.ofNanos(wait), failure));
        }
    }

    List<ChoreSnapshot> snapshot() {
        long now = runtime.now();
        return tasks.stream()
                .map(task -> new ChoreSnapshot(
                        task.chore.name(),
                        task.rows.get(),
                        task.ranAt == 0 ? null : Duration.ofNanos(Math.max(0, now - task.ranAt)),
                        task.failure))
                .toList();
    }
}
