package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.testdatabases.Connections;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection of a pool serves others afterwards. */
final class DedicatedConnectionTest {

    private final Database database = Server.POSTGRESQL.create();
    private final Connection pooled;

    DedicatedConnectionTest() throws SQLException {
        pooled = database.getConnection();
    }

    @BeforeEach
    void set() throws SQLException {
        pooled.setNetworkTimeout(Runnable::run, 12_345);
        pooled.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        pooled.setAutoCommit(false);
    }

    @AfterEach
    void drop() throws SQLException {
        pooled.close();
        database.close();
    }

    /** A pool of one connection, which it never closes. */
    private final class Pool extends Connections {

        @Override
        public Connection getConnection() {
            return (Connection) Proxy.newProxyInstance(
                    Pool.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                        if (method.getName().equals("close")) {
                            return null;
                        }
                        try {
                            return method.invoke(pooled, args);
                        } catch (InvocationTargetException thrown) {
                            throw Objects.requireNonNull(thrown.getCause());
                        }
                    });
        }
    }

    private void assertAsItCame() throws SQLException {
        assertThat(pooled.getNetworkTimeout()).isEqualTo(12_345);
        assertThat(pooled.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(pooled.getAutoCommit()).isFalse();
    }

    @Test
    void close_aConnectionOfAPool_givesItBackAsItCame() throws Exception {
        pooled.commit();
        DedicatedConnection dedicated = DedicatedConnection.open(new Pool(), Duration.ofSeconds(7));
        assertThat(dedicated.dialect()).isEqualTo(Dialect.POSTGRESQL);
        assertThat(pooled.getNetworkTimeout()).isEqualTo(7_000);
        assertThat(pooled.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
        assertThat(pooled.getAutoCommit()).isTrue();

        dedicated.close();

        assertAsItCame();
    }

    @Test
    void transactions_withALimit_haveItDuringTheWorkAndGiveTheirConnectionBackAsItCame() throws Exception {
        Transactions limited = Transactions.of(new Pool()).answeredWithin(Duration.ofSeconds(3));

        assertThat(limited.<Integer, RuntimeException>inTransaction(Connection::getNetworkTimeout))
                .isEqualTo(3_000);

        assertAsItCame();
    }

    @Test
    void transactions_whoseStatementsAreCommittedByThemselves_giveTheirConnectionBackAsItCame() throws Exception {
        boolean each = Transactions.of(new Pool()).autocommitted(Connection::getAutoCommit);

        assertThat(each).isTrue();
        assertAsItCame();
    }

    @Test
    void leases_whenClosed_giveTheirConnectionBackAsItCame() throws Exception {
        SchemaInstaller.of(database).install();
        pooled.commit();
        PartitionLeases leases = PartitionLeases.builder(new Pool(), "test")
                .partitions(1, "none")
                .build();
        leases.start();
        assertThat(leases.held()).hasSize(1);

        leases.close();

        assertAsItCame();
    }

    @Test
    void open_ofADatabaseThatTakesNoWrites_isRefusedAndTheConnectionIsClosed() throws Exception {
        database.execute("ALTER DATABASE " + database.name() + " SET default_transaction_read_only = on");

        assertThatThrownBy(() -> DedicatedConnection.open(database, Duration.ofSeconds(7)))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("the database takes no writes")
                .hasMessageContaining("connect to the primary");
        String sessions = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()";
        await().atMost(Duration.ofSeconds(60)).until(() -> database.number(sessions) == 2); // the pool's, and this one
    }
}
