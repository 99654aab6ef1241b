package dev.seawall.benchmarks.killrun;

import dev.seawall.ResilienceRuntime;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.jdbc.JdbcOutbox;
import dev.seawall.test.ChildJvm;
import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryWriter;
import dev.seawall.test.SeededRandom;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Threads that change aggregates and add messages about it, each transaction with the lock of its aggregate, which also counts the
 * messages. Some are rolled back, some to a savepoint, some stay open for long.
 */
final class ProducerProcess {

    private static final double ROLLED_BACK = 0.08;
    private static final double WITH_SAVEPOINT = 0.1;
    private static final double SLOW = 0.1;
    private static final double VERY_SLOW = 0.01;
    private static final int MOST_MESSAGES = 5;

    private final DataSource connections;
    private final Path stop;
    private final HistoryWriter history;
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();

    private ProducerProcess(int port, Path folder) {
        this.connections = Connections.to(Postgres.url(port, "producer"));
        this.stop = stop(folder);
        this.history = HistoryWriter.in(folder);
    }

    /** When this file is there, producers add no more. */
    static Path stop(Path folder) {
        return folder.resolve("stop");
    }

    /** {@code args}: port of the database, folder of the history, seed. */
    public static void main(String[] args) throws InterruptedException {
        ChildJvm.exitWithParent();
        ProducerProcess producer = new ProducerProcess(Integer.parseInt(args[0]), Path.of(args[1]));
        SeededRandom seeds = new SeededRandom(
                Long.parseLong(args[2]) ^ ProcessHandle.current().pid());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Plan.PRODUCER_THREADS; i++) {
            SeededRandom random = new SeededRandom(seeds.nextLong());
            threads.add(new Thread(() -> producer.produce(random), "producer-" + i));
        }
        threads.forEach(Thread::start);
        System.out.println("ready");
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("done");
        Thread.currentThread().join(); // stays, so that nobody starts it again
    }

    private void produce(SeededRandom random) {
        while (!Files.exists(stop)) {
            try (Connection connection = connections.getConnection()) {
                connection.setAutoCommit(false);
                while (!Files.exists(stop)) {
                    transaction(connection, random);
                    pause(random.nextInt(40));
                }
            } catch (SQLException broken) {
                pause(50 + random.nextInt(100));
            }
        }
    }

    private void pause(int millis) {
        try {
            runtime.sleep(TimeUnit.MILLISECONDS.toNanos(millis));
        } catch (InterruptedException unexpected) {
            throw new IllegalStateException(unexpected);
        }
    }

    // ---- one transaction

    private void transaction(Connection connection, SeededRandom random) throws SQLException {
        List<Added> added = new ArrayList<>();
        String key = "key-" + random.nextInt(Plan.KEYS);
        boolean ends = false;
        try {
            added.addAll(add(connection, key, 1 + random.nextInt(MOST_MESSAGES), random));
            if (random.chance(WITH_SAVEPOINT)) {
                Savepoint savepoint = connection.setSavepoint();
                List<Added> undone = add(connection, key, 1 + random.nextInt(2), random);
                connection.rollback(savepoint);
                tell(undone, Commit.ROLLED_BACK);
                if (random.nextBoolean()) {
                    added.addAll(add(connection, key, 1, random));
                }
            }
            think(random);
            if (random.chance(ROLLED_BACK)) {
                connection.rollback();
                tell(added, Commit.ROLLED_BACK);
                return;
            }
            ends = true;
            connection.commit();
            tell(added, Commit.COMMITTED);
        } catch (SQLException broken) {
            if (!ends) {
                tell(added, Commit.ROLLED_BACK); // nobody asked for a commit
            }
            throw broken;
        }
    }

    private void think(SeededRandom random) {
        if (random.chance(VERY_SLOW)) {
            pause(random.nextInt(2_000));
        } else if (random.chance(SLOW)) {
            pause(random.nextInt(100));
        } else {
            pause(random.nextInt(5));
        }
    }

    private List<Added> add(Connection connection, String key, int many, SeededRandom random) throws SQLException {
        long last = count(connection, key, many);
        List<Message> messages = new ArrayList<>();
        for (long number = last - many + 1; number <= last; number++) {
            messages.add(Message.of("killrun", key, Long.toString(number)));
        }
        List<String> ids = new ArrayList<>();
        if (random.nextBoolean()) {
            ids.addAll(outbox.addAll(connection, messages));
        } else {
            for (Message message : messages) {
                ids.add(outbox.add(connection, message));
            }
        }
        List<Added> added = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            added.add(new Added(ids.get(i), key, last - many + 1 + i, Commit.UNKNOWN));
        }
        tell(added, Commit.UNKNOWN);
        Truth.insert(connection, added);
        return added;
    }

    /** Takes the lock of the aggregate, and the next numbers of its messages. */
    private static long count(Connection connection, String key, int many) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE aggregate SET messages = messages + ? WHERE id = ? RETURNING messages")) {
            statement.setInt(1, many);
            statement.setString(2, key);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void tell(List<Added> added, Commit commit) {
        for (Added one : added) {
            history.write(new Added(one.messageId(), one.key(), one.producerSequence(), commit));
        }
    }
}
