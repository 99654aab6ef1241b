package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcSagaStoreOnMariaDbTest extends JdbcSagaStoreTck {

    JdbcSagaStoreOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
