package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class OutboxOnPostgreSqlTest extends OutboxTck {

    OutboxOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
