package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class OwnershipOnPostgreSqlTest extends OwnershipTck {

    OwnershipOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
