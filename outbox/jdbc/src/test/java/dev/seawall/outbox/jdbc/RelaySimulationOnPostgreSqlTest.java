package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

/** With marks that rise, and the statements that most outboxes are made of. */
final class RelaySimulationOnPostgreSqlTest extends RelaySimulationTck {

    RelaySimulationOnPostgreSqlTest() {
        super(Server.POSTGRESQL, 40);
    }
}
