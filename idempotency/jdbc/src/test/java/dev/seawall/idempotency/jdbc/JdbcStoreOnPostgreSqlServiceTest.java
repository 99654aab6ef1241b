package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class JdbcStoreOnPostgreSqlServiceTest extends JdbcStoreTck {

    JdbcStoreOnPostgreSqlServiceTest() {
        super(Server.POSTGRESQL_SERVICE);
    }
}
