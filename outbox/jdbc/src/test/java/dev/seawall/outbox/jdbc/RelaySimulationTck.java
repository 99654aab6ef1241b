package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.test.HistoryReport;
import dev.seawall.test.Property;
import dev.seawall.test.SeededRandom;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The relay itself, in orders of events that no test with threads would come upon twice. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RelaySimulationTck {

    private static final int SEEDS_OF_A_DEFECT = 20;
    private static final List<String> TABLES = List.of("outbox_message", "outbox_blocked", "node", "partition");

    private final Server server;
    private final int seeds;
    private final Database database;

    RelaySimulationTck(Server server, int seeds) {
        this.server = server;
        this.seeds = seeds;
        this.database = server.create();
    }

    @BeforeAll
    void install() {
        SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
        database.execute(
                "UPDATE \"seawall_work\" SET partitions = " + RelaySimulation.PARTITIONS,
                "DELETE FROM \"seawall_partition\" WHERE part >= " + RelaySimulation.PARTITIONS);
        neverWait();
    }

    /** Whoever has a lock does not go on meanwhile. */
    private void neverWait() {
        if (server == Server.H2) {
            database.execute("SET DEFAULT_LOCK_TIMEOUT 1");
        } else {
            database.execute(
                    "ALTER DATABASE " + database.name() + " SET lock_timeout = '5ms'",
                    "ALTER DATABASE " + database.name() + " SET synchronous_commit = off");
            // Nobody else has a lock, either.
            TABLES.forEach(table ->
                    database.execute("ALTER TABLE \"seawall_" + table + "\" SET (autovacuum_enabled = false)"));
        }
    }

    @AfterAll
    void drop() {
        database.close();
    }

    private void empty() {
        database.execute(
                "DELETE FROM \"seawall_outbox_message\"",
                "ALTER TABLE \"seawall_outbox_message\" ALTER COLUMN seq RESTART WITH 1",
                "DELETE FROM \"seawall_outbox_blocked\"",
                "DELETE FROM \"seawall_node\"",
                "UPDATE \"seawall_partition\" SET owner = NULL, epoch = 0");
    }

    @Test
    void relays_inAnyOrderOfEvents_loseNothingAndKeepTheOrder() {
        Property.named("relays keep what an outbox promises")
                .cases(seeds)
                .check(random -> played(SimulatedDefect.NONE, random).assertClean());
    }

    @Test
    void simulation_ofOneSeed_isTheSameEachTime() throws Exception {
        assertThat(trace(7)).isEqualTo(trace(7));
    }

    private List<String> trace(long seed) throws Exception {
        empty();
        try (RelaySimulation simulation = new RelaySimulation(database, SimulatedDefect.NONE, new SeededRandom(seed))) {
            simulation.play();
            return simulation.trace();
        }
    }

    Stream<SimulatedDefect> defects() {
        return Stream.of(SimulatedDefect.values()).filter(defect -> defect.showsOn(server));
    }

    @ParameterizedTest
    @MethodSource("defects")
    void simulation_withADefect_showsIt(SimulatedDefect defect) throws Exception {
        Set<HistoryReport.Kind> found = new HashSet<>();
        for (long seed = 1; seed <= SEEDS_OF_A_DEFECT && found.isEmpty(); seed++) {
            found.addAll(played(defect, new SeededRandom(seed)).counts().keySet());
            found.retainAll(defect.symptoms());
        }
        assertThat(found).isNotEmpty();
    }

    private HistoryReport played(SimulatedDefect defect, SeededRandom random) throws Exception {
        empty();
        try (RelaySimulation simulation = new RelaySimulation(database, defect, random)) {
            return simulation.play();
        }
    }
}
