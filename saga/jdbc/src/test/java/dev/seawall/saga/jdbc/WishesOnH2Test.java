package dev.seawall.saga.jdbc;

import dev.seawall.testdatabases.Server;

final class WishesOnH2Test extends WishesTck {

    WishesOnH2Test() {
        super(Server.H2);
    }
}
