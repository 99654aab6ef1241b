package dev.seawall.benchmarks.throughput;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.jdbc.OutboxRelay;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Producers that commit while a relay in the same process publishes. A message carries who committed it and when in their row, so
 * that its way can be timed without a table of ids.
 */
final class OutboxTraffic {

    static final int PRODUCERS = 8;
    private static final int MOST_TRANSACTIONS = 1 << 18; // of one producer
    private static final int MOST_MESSAGES = 1 << 19; // of one producer

    /**
     * What was seen.
     *
     * @param inPerSecond messages committed
     * @param outPerSecond messages published while producers ran
     * @param backlog messages committed and not published in the moment when producers stopped
     * @param p50Millis from the end of the commit to the publisher, the middle one
     * @param p99Millis the same, of all but one in a hundred
     */
    record Seen(double inPerSecond, double outPerSecond, long backlog, double p50Millis, double p99Millis) {

        /** The rule for a relay that keeps up: what waits is no more than what came in during the last second. */
        double backlogSeconds() {
            return backlog / inPerSecond;
        }
    }

    /** One producer's notes, each array written by one thread; read when all have ended. */
    private static final class Log {
        final long[] committed = new long[MOST_TRANSACTIONS];
        final long[] published = new long[MOST_MESSAGES];
        int transactions;
    }

    private final class Timer implements Publisher {

        private static final CompletableFuture<Void> CONFIRMED = CompletableFuture.completedFuture(null);

        @Override
        public CompletionStage<?> publish(Envelope message) {
            ByteBuffer payload = ByteBuffer.wrap(message.payload().bytes());
            logs.get(payload.getInt()).published[payload.getInt()] = System.nanoTime();
            published.incrementAndGet();
            return CONFIRMED;
        }

        @Override
        public void close() {}
    }

    private final OutboxTables tables;
    private final int messages;
    private final double transactionsPerSecond;
    private final List<Log> logs =
            IntStream.range(0, PRODUCERS).mapToObj(i -> new Log()).toList();
    private final AtomicLong published = new AtomicLong();

    /**
     * Prepares a run.
     *
     * @param tables where
     * @param messages in each transaction
     * @param transactionsPerSecond of all producers together; infinite for as many as they can
     */
    OutboxTraffic(OutboxTables tables, int messages, double transactionsPerSecond) {
        this.tables = tables;
        this.messages = messages;
        this.transactionsPerSecond = transactionsPerSecond;
    }

    Seen run(long nanos) throws SQLException, InterruptedException {
        try (OutboxRelay relay = tables.relay(new Timer())) {
            long begin = System.nanoTime();
            produce(begin, nanos);
            double seconds = (System.nanoTime() - begin) / 1e9;
            long out = published.get();
            long in = logs.stream().mapToLong(log -> log.transactions).sum() * messages;
            if (!relay.drain(OutboxDrain.PATIENCE)) {
                throw new IllegalStateException("not drained within " + OutboxDrain.PATIENCE);
            }
            if (published.get() < in) {
                throw new IllegalStateException("published " + published + " of " + in);
            }
            long[] latencies = latencies(Math.toIntExact(in));
            return new Seen(
                    in / seconds, out / seconds, in - out, percentile(latencies, 0.5), percentile(latencies, 0.99));
        }
    }

    private void produce(long begin, long nanos) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(PRODUCERS);
        try {
            List<Future<?>> producers = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                int number = i;
                producers.add(pool.submit(() -> {
                    produce(number, begin, nanos);
                    return null;
                }));
            }
            for (Future<?> producer : producers) {
                producer.get(nanos + TimeUnit.MINUTES.toNanos(1), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException | TimeoutException broken) {
            throw new IllegalStateException("a producer failed", broken);
        } finally {
            pool.shutdownNow();
        }
    }

    private void produce(int producer, long begin, long nanos) throws SQLException {
        Log log = logs.get(producer);
        int most = Math.min(MOST_TRANSACTIONS, MOST_MESSAGES / messages);
        double interval = PRODUCERS / transactionsPerSecond * 1e9;
        try (Connection connection = tables.pool().getConnection()) {
            connection.setAutoCommit(false);
            while (System.nanoTime() - begin < nanos && log.transactions < most) {
                waitUntil(begin + (long) ((log.transactions + (double) producer / PRODUCERS) * interval));
                tables.outbox().addAll(connection, transaction(producer, log.transactions));
                connection.commit();
                log.committed[log.transactions++] = System.nanoTime();
            }
        }
    }

    private static void waitUntil(long at) {
        for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private List<Message> transaction(int producer, int transaction) {
        List<Message> some = new ArrayList<>(messages);
        for (int i = 0; i < messages; i++) {
            int number = transaction * messages + i;
            byte[] payload = ByteBuffer.allocate(OutboxTables.PAYLOAD_BYTES)
                    .putInt(producer)
                    .putInt(number)
                    .array();
            some.add(OutboxTables.message((long) number * PRODUCERS + producer, payload));
        }
        return some;
    }

    private long[] latencies(int many) {
        long[] all = new long[many];
        int next = 0;
        for (Log log : logs) {
            for (int i = 0; i < log.transactions * messages; i++) {
                // Whoever commits may learn of it later than the relay.
                all[next++] = Math.max(0, log.published[i] - log.committed[i / messages]);
            }
        }
        Arrays.sort(all);
        return all;
    }

    private static double percentile(long[] sorted, double share) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) (share * (sorted.length - 1))] / 1e6;
    }
}
