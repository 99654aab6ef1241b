package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class InboxOnMariaDbTest extends InboxTck {

    InboxOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
