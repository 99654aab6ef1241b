package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who does the chores. */
@Timeout(120)
final class HousekeepingTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Database database = Server.H2.create();

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    /** Counts how often it is run, and by how many at once. */
    private static final class Counting implements Chore {

        private final AtomicInteger runs = new AtomicInteger();

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public int run(Connection connection) {
            runs.incrementAndGet();
            return 0;
        }
    }

    private Housekeeping.Builder keeping(Chore chore) {
        return Housekeeping.builder(database).every(Duration.ofMillis(1), chore).timeToLive(Duration.ofSeconds(5));
    }

    @Test
    void start_onTwoNodes_oneWorksAndTheOtherTakesOverWhenItCloses() {
        Counting first = new Counting();
        Counting second = new Counting();
        Housekeeping owner = keeping(first).build().start();
        try (Housekeeping other = keeping(second).build().start()) {
            await().atMost(LONG).until(() -> first.runs.get() >= 20);
            assertThat(owner.isWorking()).isTrue();
            assertThat(other.isWorking()).isFalse();
            assertThat(second.runs).hasValue(0);

            owner.close();

            int last = first.runs.get();
            await().atMost(LONG).until(() -> second.runs.get() >= 20);
            assertThat(first.runs).hasValue(last);
            assertThat(other.snapshot().get(0).lastFailure()).isNull();
        }
    }

    @Test
    void lease_takenByAnother_endsTheWorkAtOnce() {
        Counting chore = new Counting();
        try (Housekeeping keeping = keeping(chore).build().start()) {
            await().atMost(LONG).until(() -> chore.runs.get() > 0);
            database.execute(
                    "INSERT INTO \"seawall_node\" VALUES ('another', 'another', 'housekeeping', 600000000,"
                            + " CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) * 1000000 AS bigint) + 600000000)",
                    "UPDATE \"seawall_partition\" SET owner = 'another', epoch = epoch + 1 WHERE work = 'housekeeping'");
            await().atMost(LONG).until(() -> !keeping.isWorking());
            int last = chore.runs.get();

            database.execute("DELETE FROM \"seawall_node\" WHERE id = 'another'");

            await().atMost(LONG).until(() -> keeping.isWorking() && chore.runs.get() > last);
        }
    }

    @Test
    void start_withOtherNamesOfWork_doesBoth() {
        Counting first = new Counting();
        Counting second = new Counting();
        try (Housekeeping one = keeping(first).work("orders").build().start();
                Housekeeping two = keeping(second).work("invoices").build().start()) {
            await().atMost(LONG).until(() -> first.runs.get() > 0 && second.runs.get() > 0);

            assertThat(one.isWorking()).isTrue();
            assertThat(two.isWorking()).isTrue();
        }
    }

    @Test
    void close_whileAChoreRuns_waitsForThatBitAndRunsNoOther() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        Housekeeping keeping = keeping(new Chore() {
                    @Override
                    public String name() {
                        return "slow";
                    }

                    @Override
                    public int run(Connection connection) throws SQLException {
                        runs.incrementAndGet();
                        begun.countDown();
                        awaited(mayEnd);
                        ended.set(true);
                        return 1_000; // there is more
                    }
                })
                .timeToLive(LONG)
                .build()
                .start();
        awaited(begun);
        Thread closer = new Thread(keeping::close);
        closer.start();
        await().atMost(LONG).until(() -> closer.getState() == Thread.State.TIMED_WAITING);

        mayEnd.countDown();
        closer.join();

        assertThat(ended).isTrue();
        assertThat(runs).hasValue(1);
        assertThat(database.number("SELECT COUNT(*) FROM \"seawall_node\"")).isZero();
    }

    private static void awaited(CountDownLatch latch) throws SQLException {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new SQLException(interrupted);
        }
    }

    @Test
    void build_withoutAChoreOrWithAnIntervalOfZero_isRefused() {
        assertThatThrownBy(() -> Housekeeping.builder(database).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("needs a chore");
        assertThatThrownBy(() -> Housekeeping.builder(database).every(Duration.ZERO, new Counting()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interval must be at least 1 ms");
    }

    @Test
    void start_again_isRefused() {
        try (Housekeeping keeping = keeping(new Counting()).build().start()) {
            assertThatThrownBy(keeping::start).isInstanceOf(IllegalStateException.class);
        }
    }
}
