package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcSagaStoreOnPostgreSqlTest extends JdbcSagaStoreTck {

    JdbcSagaStoreOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
