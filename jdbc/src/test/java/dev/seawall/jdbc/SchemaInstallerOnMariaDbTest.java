package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class SchemaInstallerOnMariaDbTest extends SchemaInstallerTck {

    SchemaInstallerOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
