package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class PartitionLeasesOnMariaDbServiceTest extends PartitionLeasesTck {

    PartitionLeasesOnMariaDbServiceTest() {
        super(Server.MARIADB_SERVICE);
    }
}
