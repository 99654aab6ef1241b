package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an inbox promises, on every database. */
abstract class InboxTck {

    private final Database database;
    private final JdbcInbox inbox = JdbcInbox.create();
    private final AtomicInteger effects = new AtomicInteger();

    InboxTck(Server server) {
        this.database = server.create();
    }

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install(JdbcInbox.SCHEMA);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private boolean receive(String messageId, String consumer) throws SQLException {
        return Transactions.of(database)
                .inTransaction(connection -> inbox.once(connection, messageId, consumer, effects::incrementAndGet));
    }

    @Test
    void once_aMessageThatComesTwice_hasItsEffectOnceForEachConsumer() throws Exception {
        assertThat(receive("m", "a")).isTrue();
        assertThat(receive("m", "a")).isFalse();
        assertThat(receive("m", "b")).isTrue();
        assertThat(effects).hasValue(2);
    }

    @Test
    void once_idsThatACollationMightTakeForEqual_areTwoMessages() throws Exception {
        for (String id : new String[] {"M", "m", "m ", "é", "e", "ß", "ss"}) {
            assertThat(receive(id, "a")).as(id).isTrue();
        }
    }

    @Test
    void once_workThatFails_freesTheId() throws Exception {
        assertThatThrownBy(() -> Transactions.of(database)
                        .inTransaction(connection -> inbox.once(connection, "m", "a", () -> {
                            throw new IllegalStateException("cannot");
                        })))
                .hasMessage("cannot");

        assertThat(receive("m", "a")).isTrue();
    }

    @Test
    void once_twoCopiesAtOnce_theSecondWaitsAndIsADuplicate() throws Exception {
        CountDownLatch remembered = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(() -> {
            try {
                return Transactions.of(database)
                        .inTransaction(connection -> inbox.once(connection, "m", "a", () -> {
                            effects.incrementAndGet();
                            remembered.countDown();
                            mayCommit.await(20, TimeUnit.SECONDS);
                        }));
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
        assertThat(remembered.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> second = CompletableFuture.supplyAsync(() -> {
            try {
                return receive("m", "a");
            } catch (SQLException failure) {
                throw new IllegalStateException(failure);
            }
        });
        mayCommit.countDown();

        assertThat(first.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(second.get(20, TimeUnit.SECONDS)).isFalse();
        assertThat(effects).hasValue(1);
    }

    @Test
    void once_duplicateInTheMiddleOfATransaction_leavesItUsable() throws Exception {
        receive("m", "a");

        boolean other = Transactions.of(database).inTransaction(connection -> {
            assertThat(inbox.once(connection, "m", "a", effects::incrementAndGet))
                    .isFalse();
            return inbox.once(connection, "n", "a", effects::incrementAndGet);
        });

        assertThat(other).isTrue();
        assertThat(receive("n", "a")).isFalse();
    }

    @Test
    void once_onAConnectionThatCommitsByItself_isRefused() throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> inbox.once(connection, "m", "a", effects::incrementAndGet))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    @Test
    void forgetting_oldOnes_keepsTheRest() throws Exception {
        receive("old", "a");
        Dialect dialect;
        try (Connection connection = database.getConnection()) {
            dialect = Dialect.of(connection);
        }
        database.execute(Tables.standard().in("UPDATE {inbox} SET received_at = 0", dialect));
        receive("new", "a");

        Chore chore = inbox.forgetting(Duration.ofDays(1));
        assertThat(Transactions.of(database).autocommitted(chore::run)).isEqualTo(1);
        assertThat(Transactions.of(database).autocommitted(chore::run)).isZero();

        assertThat(receive("old", "a")).isTrue();
        assertThat(receive("new", "a")).isFalse();
    }

    @Test
    void forgetting_whatABrokerMayStillDeliver_isRefused() {
        assertThatThrownBy(() -> inbox.forgetting(Duration.ofSeconds(59)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("olderThan must be at least 1 min, was 59 s");
    }
}
