package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seawall.Backoff;
import dev.seawall.ResilienceRuntime;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Inbox;
import dev.seawall.outbox.Message;
import dev.seawall.test.HistoryCheck;
import dev.seawall.test.HistoryEvent.Added;
import dev.seawall.test.HistoryEvent.Applied;
import dev.seawall.test.HistoryEvent.Commit;
import dev.seawall.test.HistoryReport;
import dev.seawall.test.SeededRandom;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A small run of an outbox within this process, with a defect or without: producers, three relays of which one dies and another
 * stands still for longer than its lease, a broker, and then a consumer that gets some messages twice.
 */
final class Rehearsal implements AutoCloseable {

    static final String CONSUMER = "ledger";

    private static final int KEYS = 6;
    private static final int RELAYS = 3;
    private static final int PRODUCERS = 3;
    private static final int TRANSACTIONS = 40;
    private static final int MOST = 3;
    private static final int FIRST = 60;

    private final Defect defect;
    private final SeededRandom random;
    private final ResilienceRuntime runtime = ResilienceRuntime.shared();
    private final Database database = Server.POSTGRESQL.create();
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();
    private final Queue<Added> added = new ConcurrentLinkedQueue<>();
    private final Map<String, AtomicLong> numbers = new ConcurrentHashMap<>();
    private final AtomicLong registrations = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS);
    private final RehearsalBroker broker;
    private final List<SteeredDataSource> connections = new ArrayList<>();
    private final List<OutboxRelay> relays = new ArrayList<>();

    Rehearsal(Defect defect, long seed) {
        this.defect = defect;
        this.random = new SeededRandom(seed);
        this.broker = new RehearsalBroker(defect, new SeededRandom(random.nextLong()));
        SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA, JdbcInbox.SCHEMA);
        database.execute(
                "CREATE TABLE aggregate (id text PRIMARY KEY, messages bigint NOT NULL)",
                "INSERT INTO aggregate SELECT 'key-' || n, 0 FROM generate_series(0, " + (KEYS - 1) + ") AS n",
                "ALTER DATABASE " + database.name()
                        + " SET synchronous_commit = off"); // it is not the database that dies here
    }

    HistoryReport play() throws SQLException {
        produce(1, FIRST, new SeededRandom(random.nextLong())); // more than a relay reads at once
        for (int i = 0; i < RELAYS; i++) {
            startRelay(i);
        }
        List<CompletableFuture<Void>> producers = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            SeededRandom own = new SeededRandom(random.nextLong());
            producers.add(CompletableFuture.runAsync(() -> produce(TRANSACTIONS, MOST, own), threads));
        }
        pause(300);
        connections.get(0).kill();
        pause(200);
        connections.get(1).stop();
        pause(1_000);
        connections.get(1).resume();
        producers.forEach(CompletableFuture::join);
        drain();
        relays.forEach(OutboxRelay::close);
        broker.close();
        return judged();
    }

    private void startRelay(int number) {
        RehearsalBroker.Line line = broker.line();
        SteeredDataSource own = new SteeredDataSource(database, defect::rewrite, new SteeredDataSource.Witness() {
            @Override
            public void before(String sql) {
                if (sql.contains("DELETE FROM \"seawall_outbox_message\"")) {
                    line.acknowledging();
                }
            }

            @Override
            public void after(String sql) {
                if (sql.contains("DELETE FROM \"seawall_outbox_message\"")) {
                    line.acknowledged();
                } else if (sql.contains("INSERT INTO \"seawall_node\"")) {
                    registrations.incrementAndGet();
                }
            }
        });
        line.through(own);
        connections.add(own);
        OutboxRelay relay = OutboxRelay.builder(own)
                .publisher(line)
                .name("relay-" + number)
                .workers(1)
                .batch(16, 1 << 20)
                .pollInterval(Duration.ofMillis(5))
                .timeToLive(Duration.ofMillis(600))
                .closeTimeout(Duration.ofMillis(200))
                .retry(1_000_000, Backoff.fixed(Duration.ofMillis(30)))
                .build();
        relays.add(relay);
        relay.start();
    }

    private void pause(int millis) {
        try {
            runtime.sleep(TimeUnit.MILLISECONDS.toNanos(millis));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    // ---- producers

    private void produce(int transactions, int most, SeededRandom own) {
        try (Connection connection = database.getConnection();
                Connection beside = database.getConnection()) {
            connection.setAutoCommit(false);
            beside.setAutoCommit(false);
            for (int i = 0; i < transactions; i++) {
                int keys = defect == Defect.ADDED_WITHOUT_LOCK ? 1 : KEYS; // where they are sure to meet
                int many = most == FIRST ? FIRST : 1 + own.nextInt(most);
                transaction(connection, beside, "key-" + own.nextInt(keys), many, own);
                pause(own.nextInt(15));
            }
        } catch (SQLException refused) {
            throw new AssertionError(refused);
        }
    }

    private void transaction(Connection connection, Connection beside, String key, int many, SeededRandom own)
            throws SQLException {
        boolean rollBack = own.chance(0.1);
        long last = last(connection, key, many, own);
        List<Message> messages = new ArrayList<>();
        for (long number = last - many + 1; number <= last; number++) {
            messages.add(Message.of("orders", key, Long.toString(number)));
        }
        boolean elsewhere = defect == Defect.ADDED_BESIDE_THE_TRANSACTION;
        List<String> ids = outbox.addAll(elsewhere ? beside : connection, messages);
        beside.commit();
        pause(own.chance(0.2) ? own.nextInt(120) : 0); // commits late, while others with higher sequences do not
        if (rollBack) {
            connection.rollback();
        } else {
            connection.commit();
        }
        for (int i = 0; i < many; i++) {
            Commit commit = rollBack ? Commit.ROLLED_BACK : Commit.COMMITTED;
            added.add(new Added(ids.get(i), key, last - many + 1 + i, commit));
        }
    }

    private long last(Connection connection, String key, int many, SeededRandom own) throws SQLException {
        if (defect == Defect.ADDED_WITHOUT_LOCK) {
            long number =
                    numbers.computeIfAbsent(key, unknown -> new AtomicLong()).addAndGet(many);
            pause(own.nextInt(20));
            return number;
        }
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

    // ---- the end

    private void drain() {
        try {
            await().atMost(Duration.ofSeconds(defect == Defect.NONE ? 60 : 3))
                    .until(() -> database.number("SELECT COUNT(*) FROM seawall_outbox_message") == 0);
        } catch (ConditionTimeoutException stuck) {
            // what did not arrive is lost, and for the check to find
        }
    }

    private HistoryReport judged() throws SQLException {
        long disruptions = 1 + registrations.get() - RELAYS; // the one that died, and whoever had expired
        long inFlight = broker.mostInFlight() + KEYS;
        HistoryCheck check = HistoryCheck.create()
                .allowDuplicates(inFlight, disruptions)
                .allowUnconfirmed(broker.unknown() + inFlight * disruptions)
                .expectEffectsOf(CONSUMER);
        added.forEach(check::add);
        broker.published().forEach(check::add);
        consume(check);
        return check.report();
    }

    private void consume(HistoryCheck check) throws SQLException {
        Inbox inbox = JdbcInbox.create();
        SteeredDataSource steered =
                new SteeredDataSource(database, defect::rewrite, new SteeredDataSource.Witness() {});
        try (Connection connection = steered.getConnection();
                Connection beside = steered.getConnection()) {
            connection.setAutoCommit(false);
            beside.setAutoCommit(false);
            boolean together = defect != Defect.INBOX_BESIDE_THE_TRANSACTION;
            for (Envelope message : broker.log()) {
                int deliveries = random.chance(0.1) ? 2 : 1;
                for (int delivery = 0; delivery < deliveries; delivery++) {
                    boolean dies = random.chance(0.1);
                    if (dies) {
                        deliver(inbox, together ? connection : beside, message);
                        beside.commit();
                        connection.rollback();
                    }
                    boolean applied = deliver(inbox, together ? connection : beside, message);
                    beside.commit();
                    connection.commit();
                    if (applied) {
                        check.add(new Applied(message.id(), CONSUMER));
                    }
                }
            }
        }
    }

    private static boolean deliver(Inbox inbox, Connection connection, Envelope message) throws SQLException {
        AtomicBoolean ran = new AtomicBoolean();
        boolean first = inbox.once(connection, message.id(), CONSUMER, () -> ran.set(true));
        assertThat(ran.get()).isEqualTo(first);
        return first;
    }

    @Override
    public void close() {
        connections.forEach(SteeredDataSource::kill);
        relays.forEach(OutboxRelay::close);
        threads.shutdown();
        broker.close();
        database.close();
    }
}
