package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class ParticipantGuardOnMariaDbServiceTest extends ParticipantGuardTck {

    ParticipantGuardOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
    }
}
