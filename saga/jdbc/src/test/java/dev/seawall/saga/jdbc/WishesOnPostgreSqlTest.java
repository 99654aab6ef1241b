package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class WishesOnPostgreSqlTest extends WishesTck {

    WishesOnPostgreSqlTest() {
        super(Server.POSTGRESQL);
    }
}
