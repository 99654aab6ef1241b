package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcIdempotencyOnMariaDbTest extends JdbcIdempotencyTck {

    JdbcIdempotencyOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
