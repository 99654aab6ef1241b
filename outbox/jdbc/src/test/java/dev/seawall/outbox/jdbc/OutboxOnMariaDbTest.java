package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class OutboxOnMariaDbTest extends OutboxTck {

    OutboxOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
