package dev.seawall.benchmarks.throughput;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.jdbc.OutboxRelay;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Messages that have been committed are published, to a publisher that does nothing. */
final class OutboxDrain {

    static final Duration PATIENCE = Duration.ofMinutes(5);

    /** As a table that nobody orders is emptied by many at once; the order by the key is what keeps each batch together. */
    private static final String TAKE = """
            DELETE FROM %1$s WHERE (part, seq) IN (
              SELECT part, seq FROM %1$s ORDER BY part, seq LIMIT 1000 FOR UPDATE SKIP LOCKED)
            RETURNING part, seq, topic, msg_key, id, type, version, content_type, headers, payload, created_at
            """.formatted(OutboxTables.PLAIN);

    /** Confirms at once. */
    private static final class Nothing implements Publisher {

        private static final CompletableFuture<Void> CONFIRMED = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<?> publish(Envelope message) {
            return CONFIRMED;
        }

        @Override
        public void close() {}
    }

    /** Notes when the first message came. */
    private record Timed(Publisher to, AtomicLong begin) implements Publisher {

        @Override
        public CompletionStage<?> publish(Envelope message) {
            if (begin.get() == 0) {
                begin.compareAndSet(0, System.nanoTime());
            }
            return to.publish(message);
        }

        @Override
        public void flush() {
            to.flush();
        }

        @Override
        public boolean keepsOrder() {
            return to.keepsOrder();
        }

        @Override
        public void close() {
            to.close();
        }
    }

    private final OutboxTables tables;

    OutboxDrain(OutboxTables tables) {
        this.tables = tables;
    }

    /** To a publisher that does nothing. */
    double own(int messages) throws SQLException {
        return own(messages, new Nothing());
    }

    /** Messages a second, from the first one that is handed to the publisher, which is closed, until the table is empty. */
    double own(int messages, Publisher to) throws SQLException {
        tables.fill(messages);
        tables.execute("CHECKPOINT");
        Timed timed = new Timed(to, new AtomicLong());
        try (OutboxRelay relay = tables.relay(timed)) {
            if (!relay.drain(PATIENCE)) {
                throw new IllegalStateException("not drained within " + PATIENCE);
            }
            return messages * 1e9 / (System.nanoTime() - timed.begin().get());
        }
    }

    /** The same rows without an order, a lease or a relay. */
    double bound(int messages) throws SQLException, InterruptedException {
        tables.fill(messages);
        tables.execute(
                "INSERT INTO " + OutboxTables.PLAIN + " OVERRIDING SYSTEM VALUE SELECT * FROM seawall_outbox_message",
                "TRUNCATE seawall_outbox_message",
                "ANALYZE " + OutboxTables.PLAIN,
                "CHECKPOINT");
        ExecutorService pool = Executors.newFixedThreadPool(OutboxTables.WORKERS);
        try {
            long begin = System.nanoTime();
            List<Future<Integer>> parts = new ArrayList<>();
            for (int i = 0; i < OutboxTables.WORKERS; i++) {
                parts.add(pool.submit(this::takeAll));
            }
            int taken = 0;
            for (Future<Integer> part : parts) {
                taken += part.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            if (taken != messages) {
                throw new IllegalStateException("took " + taken + " of " + messages);
            }
            return messages * 1e9 / (System.nanoTime() - begin);
        } catch (ExecutionException | TimeoutException broken) {
            throw new IllegalStateException("the bare statement failed", broken);
        } finally {
            pool.shutdownNow();
        }
    }

    private int takeAll() throws SQLException {
        int taken = 0;
        try (Connection connection = tables.pool().getConnection();
                PreparedStatement statement = connection.prepareStatement(TAKE)) {
            int batch = -1;
            while (batch != 0) {
                batch = 0;
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        read(row);
                        batch++;
                    }
                }
                taken += batch;
            }
        }
        return taken;
    }

    /** What a publisher would need. */
    private static void read(ResultSet row) throws SQLException {
        for (String column : new String[] {"topic", "msg_key", "type", "content_type", "headers"}) {
            row.getString(column);
        }
        row.getBytes("payload");
        row.getLong("created_at");
    }

    /** Drains in a row while a reader keeps the snapshot that it had before the first of them. */
    List<Double> underHeldSnapshot(int messages, int drains) throws SQLException {
        List<Double> rates = new ArrayList<>();
        try (Connection reader = tables.pool().getConnection()) {
            reader.setAutoCommit(false);
            reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (Statement statement = reader.createStatement()) {
                statement.execute("SELECT count(*) FROM seawall_outbox_message");
                for (int i = 0; i < drains; i++) {
                    rates.add(own(messages));
                }
            } finally {
                reader.rollback();
            }
        }
        return rates;
    }
}
