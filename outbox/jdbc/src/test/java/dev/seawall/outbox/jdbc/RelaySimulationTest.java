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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The relay itself, in orders of events that no test with threads would come upon twice. */
final class RelaySimulationTest {

    private static final int SEEDS = 300;
    private static final int SEEDS_OF_A_DEFECT = 20;

    private static final Database DATABASE = Server.H2.create();

    @BeforeAll
    static void install() {
        SchemaInstaller.of(DATABASE).install(JdbcOutbox.SCHEMA);
        DATABASE.execute(
                "UPDATE \"seawall_work\" SET partitions = " + RelaySimulation.PARTITIONS,
                "DELETE FROM \"seawall_partition\" WHERE part >= " + RelaySimulation.PARTITIONS,
                "SET DEFAULT_LOCK_TIMEOUT 1"); // whoever has a lock does not go on meanwhile
    }

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    private static void empty() {
        DATABASE.execute(
                "DELETE FROM \"seawall_outbox_message\"",
                "ALTER TABLE \"seawall_outbox_message\" ALTER COLUMN seq RESTART WITH 1",
                "DELETE FROM \"seawall_outbox_blocked\"",
                "DELETE FROM \"seawall_node\"",
                "UPDATE \"seawall_partition\" SET owner = NULL, epoch = 0");
    }

    @Test
    void relays_inAnyOrderOfEvents_loseNothingAndKeepTheOrder() {
        Property.named("relays keep what an outbox promises")
                .cases(SEEDS)
                .check(random -> played(SimulatedDefect.NONE, random).assertClean());
    }

    @Test
    void simulation_ofOneSeed_isTheSameEachTime() throws Exception {
        assertThat(trace(7)).isEqualTo(trace(7));
    }

    private static List<String> trace(long seed) throws Exception {
        empty();
        try (RelaySimulation simulation = new RelaySimulation(DATABASE, SimulatedDefect.NONE, new SeededRandom(seed))) {
            simulation.play();
            return simulation.trace();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void simulation_withADefect_showsIt(SimulatedDefect defect) throws Exception {
        Set<HistoryReport.Kind> found = new HashSet<>();
        for (long seed = 1; seed <= SEEDS_OF_A_DEFECT && found.isEmpty(); seed++) {
            found.addAll(played(defect, new SeededRandom(seed)).counts().keySet());
            found.retainAll(defect.symptoms());
        }
        assertThat(found).isNotEmpty();
    }

    private static HistoryReport played(SimulatedDefect defect, SeededRandom random) throws Exception {
        empty();
        try (RelaySimulation simulation = new RelaySimulation(DATABASE, defect, random)) {
            return simulation.play();
        }
    }
}
