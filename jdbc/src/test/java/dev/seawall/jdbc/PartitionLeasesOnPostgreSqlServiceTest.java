package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;
import org.junit.jupiter.api.Tag;

@Tag("services")
final class PartitionLeasesOnPostgreSqlServiceTest extends PartitionLeasesTck {

    PartitionLeasesOnPostgreSqlServiceTest() {
        super(Server.POSTGRESQL_SERVICE);
    }
}
