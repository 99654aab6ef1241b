package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcStoreOnH2Test extends JdbcStoreTck {

    JdbcStoreOnH2Test() {
        super(Server.H2);
    }

    @Override
    protected int racedKeys() {
        return 500;
    }

    @Override
    protected int histories() {
        return 100;
    }
}
