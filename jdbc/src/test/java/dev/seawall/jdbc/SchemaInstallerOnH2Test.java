package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class SchemaInstallerOnH2Test extends SchemaInstallerTck {

    SchemaInstallerOnH2Test() {
        super(Server.H2);
    }
}
