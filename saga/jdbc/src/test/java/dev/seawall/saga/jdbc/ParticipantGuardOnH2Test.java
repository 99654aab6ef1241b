package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class ParticipantGuardOnH2Test extends ParticipantGuardTck {

    ParticipantGuardOnH2Test() {
        super(Server.H2);
    }
}
