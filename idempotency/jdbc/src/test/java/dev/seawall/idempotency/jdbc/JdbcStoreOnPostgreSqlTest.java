package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcStoreOnPostgreSqlTest extends JdbcStoreTck {

    JdbcStoreOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
