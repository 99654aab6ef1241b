package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class UnorderedOnH2Test extends UnorderedTck {

    UnorderedOnH2Test() {
        super(Server.H2);
    }
}
