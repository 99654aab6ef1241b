package dev.seawall.jdbc;

import dev.seawall.testdatabases.Server;

final class PartitionLeasesOnH2Test extends PartitionLeasesTck {

    PartitionLeasesOnH2Test() {
        super(Server.H2);
    }
}
