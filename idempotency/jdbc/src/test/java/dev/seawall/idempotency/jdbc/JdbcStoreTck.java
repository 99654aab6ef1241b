package dev.seawall.idempotency.jdbc;

import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.suite.StoreSuite;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The suite of stores, on one database for all its tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class JdbcStoreTck extends StoreSuite {

    final Server server;
    Database database;
    Pool pool;
    IdempotencyStore store;

    JdbcStoreTck(Server server) {
        this.server = server;
    }

    @BeforeAll
    void open() {
        database = server.create();
        SchemaInstaller.of(database).install(JdbcIdempotency.SCHEMA);
        pool = new Pool(database);
        store = JdbcIdempotency.store(pool);
    }

    @AfterAll
    void close() throws SQLException {
        pool.close();
        database.close();
    }

    @Override
    protected IdempotencyStore store() {
        return store;
    }
}
