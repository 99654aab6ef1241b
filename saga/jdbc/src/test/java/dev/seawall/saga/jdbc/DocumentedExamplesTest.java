package dev.seawall.saga.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.jdbc.Housekeeping;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.saga.suite.Samples;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The examples of the page on sagas on a database, as they stand there. */
final class DocumentedExamplesTest {

    private final Database database = Server.H2.create();
    private final List<String> effects = new ArrayList<>();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void store_asDocumented_works() {
        // spotless:off
        SchemaInstaller.of(database).install(JdbcSagaStore.SCHEMA);      // or let Flyway run META-INF/seawall

        JdbcSagaStore store = JdbcSagaStore.builder(database)
                .name("shop-1")                                          // for people: histories show it
                .build();
        Housekeeping housekeeping = Housekeeping.builder(database)
                .every(Duration.ofMinutes(1), store.purging(Duration.ofDays(90)))
                .build();
        // spotless:on

        try (store;
                housekeeping) {
            housekeeping.start();
            store.open(() -> {});
            assertThat(store.start(Samples.saga("a")).toCompletableFuture()).succeedsWithin(Duration.ofSeconds(60));
        }
    }

    @Test
    void guard_asDocumented_works() throws Exception {
        SchemaInstaller.of(database).install(ParticipantGuard.SCHEMA);

        Transactions.of(database).inTransaction(connection -> guarded(connection, "create-order/1/reserve", "book"));

        assertThat(effects).containsExactly("reserved book", "released book");
    }

    private boolean guarded(Connection connection, String key, String order) throws SQLException {
        // spotless:off
        ParticipantGuard guard = ParticipantGuard.create();              // SchemaInstaller: ParticipantGuard.SCHEMA

        boolean reserved = guard.act(connection, key, () -> reserve(connection, order));
        boolean released = guard.compensate(connection, key, () -> release(connection, order));
        // spotless:on

        return reserved && released;
    }

    private void reserve(Connection connection, String order) throws SQLException {
        assertThat(connection.getAutoCommit()).isFalse();
        effects.add("reserved " + order);
    }

    private void release(Connection connection, String order) throws SQLException {
        assertThat(connection.getAutoCommit()).isFalse();
        effects.add("released " + order);
    }
}
