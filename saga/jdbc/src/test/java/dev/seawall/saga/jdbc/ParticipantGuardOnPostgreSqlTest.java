package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class ParticipantGuardOnPostgreSqlTest extends ParticipantGuardTck {

    ParticipantGuardOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
