package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class OldRowsOnMariaDbTest extends OldRowsTck {

    OldRowsOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
