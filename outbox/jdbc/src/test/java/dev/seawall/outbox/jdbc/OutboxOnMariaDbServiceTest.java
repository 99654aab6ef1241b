package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class OutboxOnMariaDbServiceTest extends OutboxTck {

    OutboxOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
    }
}
