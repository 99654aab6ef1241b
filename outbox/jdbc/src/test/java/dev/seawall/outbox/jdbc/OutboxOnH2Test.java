package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class OutboxOnH2Test extends OutboxTck {

    OutboxOnH2Test() {
        super(Server.H2);
    }
}
