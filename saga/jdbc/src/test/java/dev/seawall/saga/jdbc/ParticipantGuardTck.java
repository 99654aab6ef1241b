package dev.seawall.saga.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a guard of participants promises, on every database. */
@Timeout(120)
abstract class ParticipantGuardTck {

    private static final long LONG_SECONDS = 60;

    private final Database database;
    private final ParticipantGuard guard = ParticipantGuard.create();
    private final AtomicInteger actions = new AtomicInteger();
    private final AtomicInteger compensations = new AtomicInteger();

    ParticipantGuardTck(Server server) {
        this.database = server.create();
        SchemaInstaller.of(database).install(ParticipantGuard.SCHEMA);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private boolean act(String key) throws SQLException {
        return Transactions.of(database)
                .inTransaction(connection -> guard.act(connection, key, actions::incrementAndGet));
    }

    private boolean compensate(String key) throws SQLException {
        return Transactions.of(database)
                .inTransaction(connection -> guard.compensate(connection, key, compensations::incrementAndGet));
    }

    @Test
    void act_twice_hasItsEffectOnce() throws Exception {
        assertThat(act("k")).isTrue();
        assertThat(act("k")).isFalse();
        assertThat(act("K")).isTrue();

        assertThat(actions).hasValue(2);
    }

    @Test
    void compensate_anActionThatTookEffect_undoesItOnce() throws Exception {
        act("k");

        assertThat(compensate("k")).isTrue();
        assertThat(compensate("k")).isFalse();

        assertThat(compensations).hasValue(1);
    }

    @Test
    void compensate_anActionThatNeverCame_barsIt() throws Exception {
        assertThat(compensate("k")).isFalse();
        assertThat(compensate("k")).isFalse();

        assertThatThrownBy(() -> act("k"))
                .isInstanceOf(ActionBarredException.class)
                .hasMessageContaining("action k");
        assertThat(actions).hasValue(0);
        assertThat(compensations).hasValue(0);
    }

    @Test
    void act_afterItWasCompensated_isBarred() throws Exception {
        act("k");
        compensate("k");

        assertThatThrownBy(() -> act("k")).isInstanceOf(ActionBarredException.class);
        assertThat(actions).hasValue(1);
    }

    @Test
    void act_workThatFails_freesTheKey() throws Exception {
        assertThatThrownBy(() -> Transactions.of(database)
                        .inTransaction(connection -> guard.act(connection, "k", () -> {
                            throw new IllegalStateException("no stock");
                        })))
                .hasMessage("no stock");

        assertThat(act("k")).isTrue();
    }

    @Test
    void compensate_besideTheAction_waitsForItAndUndoesIt() throws Exception {
        CountDownLatch acted = new CountDownLatch(1);
        CountDownLatch mayCommit = new CountDownLatch(1);
        CompletableFuture<Boolean> action = async(() -> Transactions.of(database)
                .inTransaction(connection -> guard.act(connection, "k", () -> {
                    actions.incrementAndGet();
                    acted.countDown();
                    mayCommit.await(LONG_SECONDS, TimeUnit.SECONDS);
                })));
        assertThat(acted.await(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> compensation = async(() -> compensate("k"));
        mayCommit.countDown();

        assertThat(action.get(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(compensation.get(LONG_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(compensations).hasValue(1);
    }

    @Test
    void actAndCompensate_atOnceManyTimes_neverLeaveAnEffect() throws Exception {
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String key = "k" + i;
            all.add(async(() -> {
                try {
                    return act(key);
                } catch (ActionBarredException late) {
                    return false;
                }
            }));
            all.add(async(() -> compensate(key)));
        }
        for (CompletableFuture<Boolean> one : all) {
            one.get(LONG_SECONDS, TimeUnit.SECONDS);
        }

        assertThat(compensations).hasValue(actions.get());
    }

    private interface Task {
        boolean run() throws Exception;
    }

    /** A deadlock or a lock that was waited for in vain means to come again. */
    private static CompletableFuture<Boolean> async(Task task) {
        return CompletableFuture.supplyAsync(() -> {
            while (true) {
                try {
                    return task.run();
                } catch (SQLException refused) {
                    if (!Refusals.isOfOthers(refused)) {
                        throw new IllegalStateException(refused);
                    }
                } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                }
            }
        });
    }

    @Test
    void act_onAConnectionThatCommitsByItself_isRefused() throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> guard.act(connection, "k", actions::incrementAndGet))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    @Test
    void forgetting_oldOnes_freesTheirKeys() throws Exception {
        act("k");
        try (Connection connection = database.getConnection()) {
            assertThat(guard.forgetting(Duration.ofDays(1)).run(connection)).isZero();
            assertThat(guard.forgetting(Duration.ZERO).run(connection)).isEqualTo(1);
        }

        assertThat(act("k")).isTrue();
    }
}
