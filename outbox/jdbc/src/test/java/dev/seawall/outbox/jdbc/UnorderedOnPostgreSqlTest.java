package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class UnorderedOnPostgreSqlTest extends UnorderedTck {

    UnorderedOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
