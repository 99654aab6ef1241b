package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class JdbcStoreOnMariaDbServiceTest extends JdbcStoreTck {

    JdbcStoreOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
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
