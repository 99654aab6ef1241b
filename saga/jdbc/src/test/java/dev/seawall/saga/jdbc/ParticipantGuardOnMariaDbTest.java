package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class ParticipantGuardOnMariaDbTest extends ParticipantGuardTck {

    ParticipantGuardOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
