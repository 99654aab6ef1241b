package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class WishesOnMariaDbTest extends WishesTck {

    WishesOnMariaDbTest() {
        super(Server.MARIADB);
    }
}
