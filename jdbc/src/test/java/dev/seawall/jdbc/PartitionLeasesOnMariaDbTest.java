package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class PartitionLeasesOnMariaDbTest extends PartitionLeasesTck {

    PartitionLeasesOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
