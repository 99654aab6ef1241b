package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class UnorderedOnMariaDbTest extends UnorderedTck {

    UnorderedOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
