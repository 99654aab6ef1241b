package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.test.SeededRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/** Ends backends of the database, whatever they are at. */
final class Terminator implements AutoCloseable {

    private static final String TERMINATE = """
            SELECT application_name, pg_terminate_backend(pid) FROM (
              SELECT pid, application_name FROM pg_stat_activity
              WHERE datname = current_database() AND application_name <> 'killrun' AND pid <> pg_backend_pid()
              ORDER BY random() LIMIT 1) AS victim""";

    private final DataSource connections;
    private final SeededRandom random;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicLong all = new AtomicLong();
    private final AtomicLong relays = new AtomicLong();
    private final Thread thread = new Thread(this::run, "terminator");

    Terminator(DataSource connections, SeededRandom random) {
        this.connections = connections;
        this.random = random;
        thread.setDaemon(true);
        thread.start();
    }

    long all() {
        return all.get();
    }

    long ofRelays() {
        return relays.get();
    }

    private void run() {
        try {
            while (!over.get()) {
                Duration pause = random.durationBetween(Duration.ofMillis(300), Duration.ofMillis(2_500));
                ResilienceRuntime.shared().sleep(pause.toNanos(), over::get);
                terminate();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void terminate() {
        try (Connection connection = connections.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(TERMINATE)) {
            if (row.next()) {
                all.incrementAndGet();
                if (row.getString(1).startsWith("relay")) {
                    relays.incrementAndGet();
                }
            }
        } catch (SQLException down) {
            // the database itself was killed
        }
    }

    @Override
    public void close() {
        over.set(true);
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }
}
