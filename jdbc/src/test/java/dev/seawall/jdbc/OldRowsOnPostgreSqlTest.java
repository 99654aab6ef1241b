package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class OldRowsOnPostgreSqlTest extends OldRowsTck {

    OldRowsOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
