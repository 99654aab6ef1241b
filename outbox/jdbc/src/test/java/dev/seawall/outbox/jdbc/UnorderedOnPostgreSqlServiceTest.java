package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class UnorderedOnPostgreSqlServiceTest extends UnorderedTck {

    UnorderedOnPostgreSqlServiceTest() {
        super(Server.POSTGRESQL_SERVICE);
    }
}
