package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;

final class InboxOnH2Test extends InboxTck {

    InboxOnH2Test() {
        super(Server.H2);
    }
}
