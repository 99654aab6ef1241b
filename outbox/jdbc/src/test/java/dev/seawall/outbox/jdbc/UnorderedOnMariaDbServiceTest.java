package dev.seawall.outbox.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class UnorderedOnMariaDbServiceTest extends UnorderedTck {

    UnorderedOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
    }
}
