package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class InboxOnPostgreSqlTest extends InboxTck {

    InboxOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
