package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class JdbcSagaStoreOnMariaDbServiceTest extends JdbcSagaStoreTck {

    JdbcSagaStoreOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
    }
}
