package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.EventPublisher;
import dev.seawall.VirtualRuntime;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is done when, in virtual time. */
final class ChoreListTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Database database = Server.H2.create();
    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final EventPublisher<HousekeepingEvent> events = new EventPublisher<>();
    private final List<String> done = new ArrayList<>();

    @AfterEach
    void drop() {
        database.close();
    }

    /** A chore of so many bits, each of which takes a second. */
    private final class Bits implements Chore {

        private final String name;
        private int left;

        Bits(String name, int left) {
            this.name = name;
            this.left = left;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int run(Connection connection) throws SQLException {
            assertThat(connection.getAutoCommit()).isTrue();
            runtime.advance(Duration.ofSeconds(1));
            done.add(name);
            return left-- > 0 ? 10 : 0;
        }
    }

    private Chore failing(Throwable failure) {
        return new Chore() {
            @Override
            public String name() {
                return "fails";
            }

            @Override
            public int run(Connection connection) throws SQLException {
                done.add("fails");
                if (failure instanceof Error error) {
                    throw error;
                }
                throw (SQLException) failure;
            }
        };
    }

    private ChoreList list(Chore... chores) {
        List<Housekeeping.Duty> duties = new ArrayList<>();
        for (Chore chore : chores) {
            duties.add(new Housekeeping.Duty(MINUTE, chore));
        }
        return new ChoreList(database, runtime, events, duties);
    }

    /** As the thread does it. */
    private void runUntil(ChoreList chores, Duration end) throws InterruptedException {
        while (runtime.now() < end.toNanos()) {
            runtime.sleep(chores.runNext());
        }
    }

    @Test
    void runNext_whileBatchesAreFull_restsAsLongAsEachTook() throws Exception {
        ChoreList chores = list(new Bits("a", 3));

        assertThat(chores.runNext()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        runUntil(chores, Duration.ofSeconds(20));

        assertThat(done).containsExactly("a", "a", "a", "a");
        assertThat(chores.snapshot().get(0).rows()).isEqualTo(30);
    }

    @Test
    void runNext_whenNothingIsLeft_restsForTheInterval() throws Exception {
        ChoreList chores = list(new Bits("a", 0));

        runUntil(chores, Duration.ofSeconds(61));
        assertThat(done).containsExactly("a");
        runUntil(chores, Duration.ofSeconds(63));

        assertThat(done).containsExactly("a", "a");
    }

    @Test
    void runNext_withAChoreThatHasMuchToDo_letsOthersHaveTheirTurn() throws Exception {
        ChoreList chores = list(new Bits("long", 1_000), new Bits("short", 1), new Bits("other", 0));

        runUntil(chores, Duration.ofSeconds(12));

        assertThat(done).startsWith("long", "short", "other", "long", "short", "long");
    }

    @Test
    void runNext_withAChoreThatFails_backsOffAndGoesOnWithOthers() throws Exception {
        List<Duration> waits = new ArrayList<>();
        events.subscribe(HousekeepingEvent.Failed.class, event -> waits.add(event.nextIn()));
        SQLException failure = new SQLException("no such table");
        ChoreList chores = list(failing(failure), new Bits("a", 2));

        runUntil(chores, Duration.ofSeconds(20));

        assertThat(waits)
                .startsWith(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4))
                .hasSize(5);
        assertThat(done).containsSubsequence("fails", "a", "a", "a");
        assertThat(chores.snapshot().get(0).lastFailure()).isSameAs(failure);
        assertThat(chores.snapshot().get(0).sinceLastRun()).isNotNull();
        assertThat(chores.snapshot().get(1).lastFailure()).isNull();
    }

    @Test
    void runNext_withAChoreThatMeetsAnError_backsOffLikewise() {
        ChoreList chores = list(failing(new NoClassDefFoundError("of a driver")));

        chores.runNext();

        assertThat(chores.runNext()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        assertThat(done).containsExactly("fails");
    }

    @Test
    void snapshot_beforeTheFirstRun_isEmpty() {
        ChoreSnapshot snapshot = list(new Bits("a", 1)).snapshot().get(0);

        assertThat(snapshot).isEqualTo(new ChoreSnapshot("a", 0, null, null));
    }
}
