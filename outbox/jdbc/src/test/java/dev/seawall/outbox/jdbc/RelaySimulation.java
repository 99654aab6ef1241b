package dev.seawall.outbox.jdbc;

import dev.seawall.VirtualRuntime;
import dev.seawall.jdbc.Dialect;
import dev.seawall.test.HistoryCheck;
import dev.seawall.test.HistoryReport;
import dev.seawall.test.SeededRandom;
import dev.seawall.testdatabases.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A run of an outbox that follows from a seed alone: producers, relays, a broker, and accidents. One thread does it all, step by
 * step; before and after each statement of a relay and each message that it hands over, others may go on in between. In the end
 * all that is broken heals, and the run comes to rest.
 *
 * <p>Time is virtual, that of the database too: its clock is written into the statements. Somebody who finds a lock taken fails at
 * once, because nobody else goes on meanwhile.
 */
final class RelaySimulation implements AutoCloseable {

    static final int PARTITIONS = 6; // the same share for one, two and three relays, whatever their ids

    private static final int STEPS = 90;
    private static final int ACCIDENTS = 6;
    private static final int DEEPEST = 3;
    private static final int MOST_RELAYS = 3;
    private static final int PRODUCERS = 3;
    private static final int ROUNDS_TO_REST = 300;
    private static final int STATEMENTS_OF_A_ROUND = 5;

    private final Database database;
    private final Dialect dialect;
    private final SimulatedDefect defect;
    private final SeededRandom random;
    private final VirtualRuntime runtime;
    private final SimulatedBroker broker;
    private final SimulatedProducer.Aggregates aggregates = new SimulatedProducer.Aggregates();
    private final List<SimulatedProducer> producers = new ArrayList<>();
    private final SimulatedRelay[] relays;
    private final Connection observer;
    private final int batchRows;
    private final List<String> trace = new ArrayList<>();
    private long databaseAhead; // in microseconds
    private int depth;
    private int accidents;
    private boolean healed;
    private @Nullable Throwable broken;

    /** A simulation on a database that has an outbox of {@link #PARTITIONS} partitions and nothing in it. */
    RelaySimulation(Database database, SimulatedDefect defect, SeededRandom random) throws SQLException {
        this.database = database;
        this.defect = defect;
        this.random = random;
        this.runtime = VirtualRuntime.create(random.nextLong());
        this.broker = new SimulatedBroker(defect, random, runtime, this::point);
        this.observer = database.getConnection();
        this.dialect = Dialect.of(observer);
        this.batchRows = 1 + random.nextInt(20);
        this.accidents = random.nextInt(ACCIDENTS + 1);
        JdbcOutbox outbox = JdbcOutbox.builder().build();
        for (int i = 0; i < PRODUCERS; i++) {
            producers.add(new SimulatedProducer(defect, random, aggregates, outbox, database));
        }
        this.relays = new SimulatedRelay[1 + random.nextInt(MOST_RELAYS)];
        for (int i = 0; i < relays.length; i++) {
            relays[i] = new SimulatedRelay(this, broker, "relay-" + i, batchRows);
        }
    }

    // ---- for the relays

    Database database() {
        return database;
    }

    VirtualRuntime runtime() {
        return runtime;
    }

    String rewrite(String sql) {
        long now = TimeUnit.NANOSECONDS.toMicros(runtime.now()) + databaseAhead;
        return defect.rewrite(sql).replace(dialect.now(), Long.toString(now));
    }

    /** The ids of the messages that are there for all to see. */
    Set<String> committed() {
        Set<String> ids = new HashSet<>();
        try (PreparedStatement statement = observer.prepareStatement("SELECT id FROM \"seawall_outbox_message\"");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getString(1));
            }
            return ids;
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** A point at which others may go on. */
    void point() {
        if (healed || broken != null || depth >= DEEPEST || !random.chance(0.08)) {
            return;
        }
        try {
            step();
        } catch (Throwable failure) {
            broken = failure; // whoever called would take it for a failure of the database
        }
    }

    // ---- the run

    HistoryReport play() throws Exception {
        for (int i = 0; i < STEPS && broken == null; i++) {
            step();
        }
        heal();
        if (broken != null) {
            throw new AssertionError("the simulation is broken", broken);
        }
        return judged();
    }

    /** What was done and what arrived, in its order. */
    List<String> trace() {
        List<String> all = new ArrayList<>(trace);
        broker.published().forEach(one -> all.add(one.key() + " #" + one.producerSequence() + " in " + one.epoch()));
        return all;
    }

    private void step() throws Exception {
        depth++;
        try {
            int choice = random.nextInt(100);
            int which = random.nextInt(relays.length);
            if (choice < 45) {
                work(which);
            } else if (choice < 60) {
                beat(which);
            } else if (choice < 90) {
                trace.add("producer");
                random.pick(producers).step();
            } else if (accidents > 0) {
                accidents--;
                accident(which);
            }
        } finally {
            depth--;
        }
    }

    private void work(int which) throws Exception {
        SimulatedRelay relay = relays[which];
        if (relay.isWorking()) {
            return;
        }
        if (relay.isDead()) {
            restart(which);
        } else {
            trace.add("work " + which);
            relay.work();
        }
    }

    private void restart(int which) {
        trace.add("restart " + which);
        relays[which].close();
        // Its node is long dead by now, so that there are never more than the shares come out even for.
        database.execute("UPDATE \"seawall_node\" SET lease_until = 0 WHERE name = 'relay-" + which + "'");
        relays[which] = new SimulatedRelay(this, broker, "relay-" + which, batchRows);
    }

    private void beat(int which) {
        if (!relays[which].isDead()) {
            int statements = 1 + random.nextInt(10);
            trace.add("beat " + which + " " + statements);
            for (int i = 0; i < statements && !relays[which].isDead(); i++) {
                relays[which].beat();
            }
        }
    }

    private void accident(int which) {
        int kind = random.nextInt(6);
        trace.add("accident " + kind + " to " + which);
        switch (kind) {
            case 0 -> relays[which].kill();
            case 1 -> relays[which].fail();
            case 2 -> relays[which].standStill(random.durationBetween(Duration.ZERO, SimulatedRelay.TIME_TO_LIVE));
            case 3 -> databaseAhead += SimulatedRelay.TIME_TO_LIVE.toNanos() / 1_000 + 1; // all leases are over
            default -> // one is over, and its owner knows nothing of it
                database.execute("UPDATE \"seawall_node\" SET lease_until = 0 WHERE name = 'relay-" + which + "'");
        }
    }

    // ---- the end

    private void heal() throws Exception {
        healed = true;
        broker.heal();
        for (SimulatedProducer producer : producers) {
            producer.end();
        }
        for (int round = 0; round < ROUNDS_TO_REST && !committed().isEmpty(); round++) {
            for (int which = 0; which < relays.length; which++) {
                for (int i = 0; i < STATEMENTS_OF_A_ROUND && !relays[which].isDead(); i++) {
                    relays[which].beat();
                }
                work(which);
            }
        }
        runtime.runAll(); // what is still in the network arrives
    }

    private HistoryReport judged() {
        long disruptions = database.number("SELECT SUM(GREATEST(epoch - 1, 0)) FROM \"seawall_partition\"");
        HistoryCheck check = HistoryCheck.create()
                .allowDuplicates(broker.mostInFlight(), disruptions)
                .allowUnconfirmed(broker.unconfirmed());
        aggregates.added.forEach(check::add);
        broker.published().forEach(check::add);
        return check.report();
    }

    @Override
    public void close() throws SQLException {
        healed = true;
        for (SimulatedRelay relay : relays) {
            relay.close();
        }
        for (SimulatedProducer producer : producers) {
            producer.close();
        }
        observer.close();
    }
}
