package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class SchemaInstallerOnPostgreSqlTest extends SchemaInstallerTck {

    SchemaInstallerOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
