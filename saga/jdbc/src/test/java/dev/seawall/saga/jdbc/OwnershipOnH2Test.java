package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class OwnershipOnH2Test extends OwnershipTck {

    OwnershipOnH2Test() {
        super(Server.H2);
    }
}
