package dev.seawall.outbox.postgresql;

import dev.seawall.Backoff;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DedicatedConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes a relay when a {@link NotifyingOutbox} says so.
 *
 * <p>It keeps a connection on which it listens. That one must go to PostgreSQL itself, or to PgBouncer in session mode: in
 * transaction mode notifications never arrive. When it is lost it comes back after 1 s, doubling, up to 30 s, and wakes the relay
 * once, because it may have missed something; meanwhile the relay finds messages by its own polls. A connection that is silent is
 * looked at every 10 s.
 *
 * <p><b>Threads:</b> one thread, which also does the wake-up.
 */
public final class WakeUpListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WakeUpListener.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int SILENCE_MILLIS = 10_000;
    private static final Backoff BACKOFF =
            Backoff.exponential(Duration.ofSeconds(1)).withCap(Duration.ofSeconds(30));

    private final DataSource dataSource;
    private final String channel;
    private final Runnable wakeUp;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final Thread thread;
    private volatile @Nullable Connection listening;
    private volatile boolean closing;
    private int failures; // of the thread, in a row

    private WakeUpListener(DataSource dataSource, String channel, Runnable wakeUp) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.channel = Channel.checked(channel);
        this.wakeUp = Objects.requireNonNull(wakeUp, "wakeUp");
        this.thread = new Thread(this::run, "seawall-listen");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * Listens on the usual channel, at once.
     *
     * @param dataSource of PostgreSQL itself; one connection is kept, and closed for good in the end
     * @param wakeUp such as {@code relay::wakeUp}; must be short
     * @return a listener that must be closed
     */
    public static WakeUpListener of(DataSource dataSource, Runnable wakeUp) {
        return of(dataSource, Channel.USUAL, wakeUp);
    }

    /**
     * Listens on a channel, at once.
     *
     * @param dataSource of PostgreSQL itself; one connection is kept, and closed for good in the end
     * @param channel that of the {@link NotifyingOutbox}
     * @param wakeUp such as {@code relay::wakeUp}; must be short
     * @return a listener that must be closed
     */
    public static WakeUpListener of(DataSource dataSource, String channel, Runnable wakeUp) {
        return new WakeUpListener(dataSource, channel, wakeUp);
    }

    /**
     * Whether it listens at this moment.
     *
     * @return {@code false} while it is cut off
     */
    public boolean isListening() {
        return listening != null;
    }

    private void run() {
        try {
            while (!closing) {
                listenUntilItBreaks();
                long pause = BACKOFF.delayNanos(Math.max(1, failures), 0, runtime.random());
                if (!runtime.sleep(pause, () -> closing)) {
                    break; // the runtime was closed
                }
            }
        } catch (InterruptedException ours) {
            Thread.currentThread().interrupt(); // nobody else has this thread: somebody wants it to end
        }
    }

    private void listenUntilItBreaks() {
        try (DedicatedConnection own = DedicatedConnection.open(dataSource, ANSWER)) {
            Connection connection = own.connection();
            try {
                listen(connection);
            } finally {
                listening = null;
                connection.abort(Runnable::run); // one that listens is for nobody else
            }
        } catch (SQLException | RuntimeException | Error failure) {
            if (!closing) {
                failures++;
                if (failures == 1) {
                    LOG.warn("{} is cut off; it comes back, until then relays poll", this, failure);
                }
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        PGConnection notified = connection.unwrap(PGConnection.class);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LISTEN \"" + channel + "\"");
        }
        listening = connection;
        if (failures > 0) {
            LOG.info("{} is back", this);
            failures = 0;
        }
        wakeUp.run(); // for what it has missed
        while (!closing) {
            PGNotification[] some = notified.getNotifications(SILENCE_MILLIS);
            if (some != null && some.length > 0) {
                wakeUp.run();
            } else if (!connection.isValid((int) ANSWER.toSeconds())) {
                throw new SQLException("the connection is gone without a word", "08006");
            }
        }
    }

    /** Stops listening. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        Connection connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run); // ends the wait for a notification
            } catch (SQLException broken) {
                LOG.debug("a broken connection could not be ended", broken);
            }
        }
        try {
            thread.join(ANSWER.toMillis());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt(); // it ends all the same
        }
    }

    @Override
    public String toString() {
        return "listener on '" + channel + "'";
    }
}
