package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcStoreOnMariaDbTest extends JdbcStoreTck {

    JdbcStoreOnMariaDbTest() {
        super(Server.MARIADB);
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
