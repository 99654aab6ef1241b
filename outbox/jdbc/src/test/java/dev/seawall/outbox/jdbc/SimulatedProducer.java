package dev.seawall.outbox.jdbc;

import dev.seawall.outbox.Message;
import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.SeededRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Adds messages, in transactions that stay open for any number of steps and end in any way. */
final class SimulatedProducer implements AutoCloseable {

    private static final int KEYS = 8;
    private static final int MOST = 3;

    /** What the producers of a simulation have in common. */
    static final class Aggregates {
        final List<Added> added = new ArrayList<>();
        private final Map<String, Long> numbers = new HashMap<>(); // the last of each key
        private final Set<String> locked = new HashSet<>();
    }

    private final SimulatedDefect defect;
    private final SeededRandom random;
    private final Aggregates aggregates;
    private final JdbcOutbox outbox;
    private final Connection connection;
    private final Connection beside;

    // of the open transaction
    private @Nullable String key;
    private long last;
    private final List<Added> added = new ArrayList<>();

    SimulatedProducer(
            SimulatedDefect defect,
            SeededRandom random,
            Aggregates aggregates,
            JdbcOutbox outbox,
            DataSource dataSource)
            throws SQLException {
        this.defect = defect;
        this.random = random;
        this.aggregates = aggregates;
        this.outbox = outbox;
        this.connection = dataSource.getConnection();
        this.beside = dataSource.getConnection();
        connection.setAutoCommit(false);
        beside.setAutoCommit(false);
    }

    void step() throws SQLException {
        String open = key;
        int choice = random.nextInt(10);
        if (open == null) {
            begin();
        } else if (choice < 3) {
            add(open);
        } else if (choice < 5) {
            addAndTakeBack(open);
        } else {
            end(open, choice < 9);
        }
    }

    /** Ends the open transaction, if there is one. */
    void end() throws SQLException {
        String open = key;
        if (open != null) {
            end(open, random.chance(0.8));
        }
    }

    private void begin() throws SQLException {
        String wanted = "key-" + random.nextInt(KEYS);
        if (defect == SimulatedDefect.ADDED_WITHOUT_LOCK || aggregates.locked.add(wanted)) {
            key = wanted;
            last = aggregates.numbers.getOrDefault(wanted, 0L);
            add(wanted);
        }
    }

    private void add(String key) throws SQLException {
        List<Message> messages = new ArrayList<>();
        long before = last;
        for (int i = 1 + random.nextInt(MOST); i > 0; i--) {
            messages.add(Message.of("orders", key, Long.toString(++last)));
        }
        if (defect == SimulatedDefect.ADDED_WITHOUT_LOCK) {
            aggregates.numbers.merge(key, last, Math::max);
        }
        Connection where = defect == SimulatedDefect.ADDED_BESIDE_THE_TRANSACTION ? beside : connection;
        for (String id : outbox.addAll(where, messages)) {
            added.add(new Added(id, key, ++before, Commit.UNKNOWN));
        }
        beside.commit();
    }

    private void addAndTakeBack(String key) throws SQLException {
        long before = last;
        int kept = added.size();
        Savepoint savepoint = connection.setSavepoint();
        add(key);
        if (defect != SimulatedDefect.ADDED_BESIDE_THE_SAVEPOINT) {
            connection.rollback(savepoint);
        }
        tell(added.subList(kept, added.size()), Commit.ROLLED_BACK);
        last = before;
    }

    private void end(String key, boolean commit) throws SQLException {
        if (commit) {
            connection.commit();
            aggregates.numbers.merge(key, last, Math::max);
        } else {
            connection.rollback();
        }
        tell(added, commit ? Commit.COMMITTED : Commit.ROLLED_BACK);
        aggregates.locked.remove(key);
        this.key = null;
    }

    private void tell(List<Added> ended, Commit outcome) {
        for (Added one : ended) {
            aggregates.added.add(new Added(one.messageId(), one.key(), one.producerSequence(), outcome));
        }
        ended.clear();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        beside.close();
    }
}
