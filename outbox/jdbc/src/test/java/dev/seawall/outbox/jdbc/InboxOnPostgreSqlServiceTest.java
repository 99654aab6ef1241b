package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class InboxOnPostgreSqlServiceTest extends InboxTck {

    InboxOnPostgreSqlServiceTest() {
        super(Server.POSTGRESQL_SERVICE);
    }
}
