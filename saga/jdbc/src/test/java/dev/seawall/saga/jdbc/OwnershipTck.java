package dev.seawall.saga.jdbc;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.saga.suite.Node;
import dev.seawall.saga.suite.OwnershipSuite;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.util.function.UnaryOperator;

/** The suite of all stores, on a database. */
abstract class OwnershipTck extends OwnershipSuite {

    private final Database database;

    OwnershipTck(Server server) {
        this.database = server.create();
        SchemaInstaller.of(database).install(JdbcSagaStore.SCHEMA);
    }

    @Override
    protected Node node() {
        return TestNode.open(database, UnaryOperator.identity());
    }

    @Override
    protected void end() {
        database.close();
    }
}
