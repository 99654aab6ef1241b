package dev.seawall.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.jdbc.CommitOutcomeUnknownException;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.MessageHandler;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.Receiver;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a receiver promises its consumer, whatever happens to handler, connection and commit. */
final class ReceiverTest {

    private static final String EFFECT = "INSERT INTO effects VALUES (1)";

    private final Database database = Server.H2.create();
    private final MessageHandler counting = (connection, message) -> execute(connection, EFFECT);

    @BeforeEach
    void install() throws SQLException {
        SchemaInstaller.of(database).install(JdbcInbox.SCHEMA);
        Transactions.of(database).inTransaction(connection -> {
            execute(connection, "CREATE TABLE effects (n INT)");
            return null;
        });
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private int count(String table) throws SQLException {
        return Transactions.of(database).inTransaction(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private Receiver receiver(DataSource dataSource, String consumer, MessageHandler handler) {
        return Receiver.of(dataSource, JdbcInbox.create(), consumer, handler);
    }

    private Receiver receiver(MessageHandler handler) {
        return receiver(database, "billing", handler);
    }

    private static Envelope message(String id) {
        EncodedPayload payload = EncodedPayload.of("text", 1, "text/plain", "hi".getBytes(UTF_8));
        return new Envelope(id, "orders", null, payload, Map.of(), null, Instant.EPOCH);
    }

    @Test
    void receive_newMessage_commitsItsEffect() throws Exception {
        assertThat(receiver(counting).receive(message("1"))).isTrue();
        assertThat(receiver(counting).receive(message("2"))).isTrue();

        assertThat(count("effects")).isEqualTo(2);
    }

    @Test
    void receive_duplicate_hasNoEffectAndSaysSo() throws Exception {
        assertThat(receiver(counting).receive(message("1"))).isTrue();
        assertThat(receiver(counting).receive(message("1"))).isFalse();

        assertThat(count("effects")).isEqualTo(1);
    }

    @Test
    void receive_sameMessageForTwoConsumers_isNewForEach() throws Exception {
        assertThat(receiver(database, "billing", counting).receive(message("1")))
                .isTrue();
        assertThat(receiver(database, "shipping", counting).receive(message("1")))
                .isTrue();

        assertThat(count("effects")).isEqualTo(2);
    }

    @Test
    void receive_handlerThatFails_leavesNothingAndMayTryAgain() throws Exception {
        List<Exception> failures = List.of(new IOException("disk"), new PoisonMessageException("never", null));
        for (Exception failure : failures) {
            Receiver failing = receiver((connection, message) -> {
                execute(connection, EFFECT);
                throw failure;
            });
            assertThatThrownBy(() -> failing.receive(message("1"))).isSameAs(failure);
        }

        assertThat(count("effects")).isZero();
        assertThat(receiver(counting).receive(message("1"))).isTrue();
        assertThat(count("effects")).isEqualTo(1);
    }

    @Test
    void receive_handlerThatThrowsAnError_leavesNothing() throws Exception {
        Receiver failing = receiver((connection, message) -> {
            execute(connection, EFFECT);
            throw new AssertionError("bug");
        });

        assertThatThrownBy(() -> failing.receive(message("1"))).isInstanceOf(AssertionError.class);
        assertThat(count("effects")).isZero();
    }

    @Test
    void receive_commitThatWasLostOnTheWayBack_isThrownAndTheSecondDeliveryIsADuplicate() throws Exception {
        DataSource flaky = withCommit(connection -> {
            connection.commit();
            throw new SQLNonTransientConnectionException("connection reset", "08006");
        });

        assertThatThrownBy(() -> receiver(flaky, "billing", counting).receive(message("1")))
                .isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(receiver(counting).receive(message("1"))).isFalse();
        assertThat(count("effects")).isEqualTo(1);
    }

    @Test
    void receive_commitThatWasLostOnTheWayThere_isThrownAndTheSecondDeliveryHasTheEffect() throws Exception {
        DataSource flaky = withCommit(connection -> {
            connection.rollback();
            throw new SQLNonTransientConnectionException("connection reset", "08006");
        });

        assertThatThrownBy(() -> receiver(flaky, "billing", counting).receive(message("1")))
                .isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(receiver(counting).receive(message("1"))).isTrue();
        assertThat(count("effects")).isEqualTo(1);
    }

    @Test
    void receive_twoCopiesAtTheSameTime_oneHasTheEffect() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Receiver slow = receiver((connection, message) -> {
            execute(connection, EFFECT);
            inside.countDown();
            mayEnd.await(20, TimeUnit.SECONDS);
        });
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Boolean>> ends = new ArrayList<>();
            ends.add(threads.submit(() -> slow.receive(message("1"))));
            assertThat(inside.await(20, TimeUnit.SECONDS)).isTrue();
            ends.add(threads.submit(() -> receiver(counting).receive(message("1"))));
            mayEnd.countDown();

            assertThat(ends.get(0).get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(ends.get(1).get(20, TimeUnit.SECONDS)).isFalse();
        } finally {
            threads.shutdownNow();
        }
        assertThat(count("effects")).isEqualTo(1);
    }

    @FunctionalInterface
    private interface Commit {
        void on(Connection connection) throws SQLException;
    }

    /** Connections whose commit does something else. */
    private DataSource withCommit(Commit commit) {
        return new ForwardingDataSource(database) {
            @Override
            public Connection getConnection() throws SQLException {
                Connection connection = super.getConnection();
                return (Connection) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                            if (method.getName().equals("commit")) {
                                commit.on(connection);
                                return null;
                            }
                            try {
                                return method.invoke(connection, arguments);
                            } catch (InvocationTargetException thrown) {
                                throw thrown.getCause();
                            }
                        });
            }
        };
    }

    private static class ForwardingDataSource implements DataSource {

        private final DataSource target;

        ForwardingDataSource(DataSource target) {
            this.target = target;
        }

        @Override
        public Connection getConnection() throws SQLException {
            return target.getConnection();
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            return target.getConnection(user, password);
        }

        @Override
        public PrintWriter getLogWriter() throws SQLException {
            return target.getLogWriter();
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            target.setLogWriter(out);
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            target.setLoginTimeout(seconds);
        }

        @Override
        public int getLoginTimeout() throws SQLException {
            return target.getLoginTimeout();
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            return target.unwrap(type);
        }

        @Override
        public boolean isWrapperFor(Class<?> type) throws SQLException {
            return target.isWrapperFor(type);
        }
    }
}
