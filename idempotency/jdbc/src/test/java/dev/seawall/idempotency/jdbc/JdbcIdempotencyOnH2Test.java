package dev.seawall.idempotency.jdbc;

import dev.seawall.testdatabases.Server;

final class JdbcIdempotencyOnH2Test extends JdbcIdempotencyTck {

    JdbcIdempotencyOnH2Test() {
        super(Server.H2);
    }
}
