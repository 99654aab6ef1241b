package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcSagaStoreOnH2Test extends JdbcSagaStoreTck {

    JdbcSagaStoreOnH2Test() {
        super(Server.H2);
    }
}
