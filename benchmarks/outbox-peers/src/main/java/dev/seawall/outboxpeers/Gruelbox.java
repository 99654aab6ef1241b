package dev.seawall.outboxpeers;

import com.gruelbox.transactionoutbox.DefaultPersistor;
import com.gruelbox.transactionoutbox.Dialect;
import com.gruelbox.transactionoutbox.Instantiator;
import com.gruelbox.transactionoutbox.Submitter;
import com.gruelbox.transactionoutbox.ThreadLocalContextTransactionManager;
import com.gruelbox.transactionoutbox.TransactionManager;
import com.gruelbox.transactionoutbox.TransactionOutbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * gruelbox transaction-outbox, without an order. What is added is not submitted at once, so that the flush finds it, as after an
 * outage; the flush then runs without a pause, in large batches, and many threads process what it finds.
 */
final class Gruelbox implements Peer {

    /** What is called for each message. The proxy that records the calls wants it public. */
    public interface Sender {
        /** Sends nothing. */
        void send(String key, String payload);
    }

    private static final int THREADS = 16;
    private static final int BATCH = 1_000;
    private static final int QUEUE = 4 * BATCH;
    private static final Duration DUE_AFTER = Duration.ofSeconds(1); // in the future it has to be
    private static final int IN_A_TRANSACTION = 500;

    private final DataSource pool;
    private final ThreadLocalContextTransactionManager transactions;
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final Tally tally = new Tally();
    private final Semaphore room = new Semaphore(QUEUE);
    private final TransactionOutbox adding;
    private final TransactionOutbox flushing;

    Gruelbox(DataSource pool) {
        this.pool = pool;
        this.transactions = TransactionManager.fromDataSource(pool);
        this.adding = outbox(DUE_AFTER, (entry, action) -> {});
        this.flushing = outbox(Duration.ofMinutes(10), Submitter.withExecutor(task -> {
            room.acquireUninterruptibly();
            executor.execute(() -> {
                try {
                    task.run();
                } finally {
                    room.release();
                }
            });
        }));
    }

    private TransactionOutbox outbox(Duration attemptFrequency, Submitter submitter) {
        return TransactionOutbox.builder()
                .transactionManager(transactions)
                .persistor(
                        DefaultPersistor.builder().dialect(Dialect.POSTGRESQL_9).build())
                .instantiator(Instantiator.using(type -> (Sender) (key, payload) -> tally.handled()))
                .submitter(submitter)
                .attemptFrequency(attemptFrequency)
                .flushBatchSize(BATCH)
                .serializeMdc(false)
                .build();
    }

    @Override
    public void fill(int messages, int keys, String payload) {
        for (int from = 0; from < messages; from += IN_A_TRANSACTION) {
            int begin = from;
            int end = Math.min(messages, from + IN_A_TRANSACTION);
            transactions.inTransaction(() -> {
                for (int i = begin; i < end; i++) {
                    adding.schedule(Sender.class).send("key-" + i % keys, payload);
                }
            });
        }
        tally.reset();
        long due = System.nanoTime() + DUE_AFTER.toNanos();
        while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    @Override
    public double drain(int messages) throws SQLException {
        while (tally.count() < messages) {
            if (!flushing.flush()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // nothing is due: what is under way ends
            }
        }
        while (rows() > 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return tally.perSecond(System.nanoTime());
    }

    private long rows() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                var row = statement.executeQuery("SELECT count(*) FROM txno_outbox WHERE NOT processed")) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
