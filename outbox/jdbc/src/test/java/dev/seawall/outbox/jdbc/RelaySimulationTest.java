package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

/** Where a statement costs next to nothing, so that there can be many runs; and no mark ever rises. */
final class RelaySimulationTest extends RelaySimulationTck {

    RelaySimulationTest() {
        super(Server.H2, 300);
    }
}
