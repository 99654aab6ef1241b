package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class ParticipantGuardOnPostgreSqlServiceTest extends ParticipantGuardTck {

    ParticipantGuardOnPostgreSqlServiceTest() {
        super(Server.POSTGRESQL_SERVICE);
    }
}
