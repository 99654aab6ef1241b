package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class JdbcIdempotencyOnMariaDbServiceTest extends JdbcIdempotencyTck {

    JdbcIdempotencyOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
    }
}
