package dev.seawall.outbox.postgresql;

import dev.seawall.Backoff;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.DedicatedConnection;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Outbox;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An outbox that wakes relays in other processes. With it, a relay can look for messages seldom and still publish soon.
 *
 * <p><b>How it decides:</b> 20 ms after a message was added it sends a notification, which is a wake-up and nothing else, and again
 * every 20 ms while messages are added; the last one goes out 20 ms or more after the last message. It cannot see the commit. A
 * message whose transaction ends later than the notification is found by the relay's own polls, which are frequent for a moment
 * after a wake-up; who cannot wait for the next one calls {@link #committed()}.
 *
 * <p><b>Never in the user's transaction:</b> notifications are sent by a thread of its own on a connection of its own, because one
 * in a transaction makes commits wait for each other. If they fail, messages are added all the same and published by the next
 * poll; it tries again after 1 s, doubling, up to 30 s.
 *
 * <p><b>Threads:</b> safe for any number of threads.
 */
public final class NotifyingOutbox implements Outbox, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotifyingOutbox.class);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LONGEST_SLEEP = TimeUnit.HOURS.toNanos(1);
    private static final Backoff BACKOFF =
            Backoff.exponential(Duration.ofSeconds(1)).withCap(Duration.ofSeconds(30));

    private final Outbox outbox;
    private final DataSource dataSource;
    private final String channel;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final Debounce debounce = new Debounce(INTERVAL);
    private final Thread thread;
    private volatile boolean closing;

    // of the thread
    private @Nullable DedicatedConnection connection;
    private int failures; // in a row

    private NotifyingOutbox(Outbox outbox, DataSource dataSource, String channel) {
        this.outbox = Objects.requireNonNull(outbox, "outbox");
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
        this.channel = Channel.checked(channel);
        this.thread = new Thread(this::run, "seawall-notify");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    /**
     * An outbox that wakes listeners on the usual channel.
     *
     * @param outbox where messages are added
     * @param dataSource of its database; one connection is kept. PgBouncer may be in between
     * @return an outbox that must be closed
     */
    public static NotifyingOutbox of(Outbox outbox, DataSource dataSource) {
        return of(outbox, dataSource, Channel.USUAL);
    }

    /**
     * An outbox that wakes listeners on a channel.
     *
     * @param outbox where messages are added
     * @param dataSource of its database; one connection is kept. PgBouncer may be in between
     * @param channel 1 to 63 lower-case letters, digits and underscores, not a digit first
     * @return an outbox that must be closed
     */
    public static NotifyingOutbox of(Outbox outbox, DataSource dataSource, String channel) {
        return new NotifyingOutbox(outbox, dataSource, channel);
    }

    @Override
    public List<String> addAll(Connection connection, Collection<Message> messages) throws SQLException {
        List<String> ids = outbox.addAll(connection, messages);
        if (debounce.added(runtime.now())) {
            LockSupport.unpark(thread);
        }
        return ids;
    }

    /** Tells that a transaction that added messages was committed: a notification goes out now, or 20 ms after the one before. */
    public void committed() {
        debounce.committed();
        LockSupport.unpark(thread);
    }

    private void run() {
        try {
            while (!closing) {
                long due = debounce.due();
                long wait = due - runtime.now();
                if (wait <= 0) {
                    send();
                } else if (!runtime.sleep(Math.min(wait, LONGEST_SLEEP), () -> closing || debounce.due() < due)) {
                    break; // the runtime was closed
                }
            }
        } catch (InterruptedException ours) {
            Thread.currentThread().interrupt(); // nobody else has this thread: somebody wants it to end
        } finally {
            if (debounce.due() != Debounce.NEVER) {
                send();
            }
            disconnect();
        }
    }

    private void send() {
        debounce.sending(runtime.now());
        try (PreparedStatement statement = connected().prepareStatement("SELECT pg_notify(?, '')")) {
            statement.setString(1, channel);
            statement.execute();
            if (failures > 0) {
                LOG.info("{} notifies again", this);
            }
            failures = 0;
        } catch (SQLException | RuntimeException | Error failure) {
            disconnect();
            failures++;
            if (failures == 1) {
                LOG.warn("{} cannot notify for now; messages wait for the next poll of a relay", this, failure);
            }
            debounce.failed(runtime.now(), BACKOFF.delayNanos(failures, 0, runtime.random()));
        }
    }

    private Connection connected() throws SQLException {
        DedicatedConnection known = connection;
        if (known == null) {
            known = DedicatedConnection.open(dataSource, ANSWER);
            connection = known;
        }
        return known.connection();
    }

    private void disconnect() {
        DedicatedConnection known = connection;
        connection = null;
        if (known != null) {
            known.close();
        }
    }

    /** Sends what is still to be sent, for which it waits no longer than 5 s, and gives its connection back. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(ANSWER.toMillis());
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt(); // it ends all the same
        }
    }

    @Override
    public String toString() {
        return outbox + ", notifying '" + channel + "'";
    }
}
