package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class OwnershipOnMariaDbTest extends OwnershipTck {

    OwnershipOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
