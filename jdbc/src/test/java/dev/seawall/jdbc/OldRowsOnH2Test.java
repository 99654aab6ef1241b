package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class OldRowsOnH2Test extends OldRowsTck {

    OldRowsOnH2Test() {
        super(Server.H2);
    }
}
