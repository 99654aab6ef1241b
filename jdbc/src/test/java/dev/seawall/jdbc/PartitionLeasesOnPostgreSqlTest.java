package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class PartitionLeasesOnPostgreSqlTest extends PartitionLeasesTck {

    PartitionLeasesOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
