package dev.seawall.outbox.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.jdbc.JdbcOutbox;
import dev.seawall.outbox.jdbc.OutboxRelay;
import dev.seawall.payload.PayloadTypes;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Notifications on their way from one process to another. */
@Timeout(180)
final class WakeUpTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String LISTENERS =
            " FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    private static final String NOTIFIERS =
            " FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_notify(%'";

    private final Database database = Server.POSTGRESQL.create();
    private final AtomicInteger wakeUps = new AtomicInteger();

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private WakeUpListener listener() {
        WakeUpListener listener = WakeUpListener.of(database, wakeUps::incrementAndGet);
        await().atMost(LONG).until(() -> wakeUps.get() == 1); // the one when it begins
        return listener;
    }

    private NotifyingOutbox outbox() {
        return NotifyingOutbox.of(JdbcOutbox.builder().build(), database);
    }

    private void add(NotifyingOutbox outbox, String text) throws SQLException {
        Transactions.of(database).inTransaction(connection -> outbox.add(connection, Message.unkeyed("orders", text)));
    }

    @Test
    void relay_thatPollsSeldom_publishesSoonAfterANotification() throws Exception {
        Recording publisher = new Recording();
        try (OutboxRelay relay = OutboxRelay.builder(database)
                        .publisher(publisher)
                        .pollInterval(Duration.ofMinutes(1))
                        .build()
                        .start();
                NotifyingOutbox outbox = outbox();
                WakeUpListener listener = WakeUpListener.of(database, relay::wakeUp)) {
            await().atMost(LONG).until(listener::isListening);
            for (int i = 0; i < 5; i++) { // the first may be found by an early poll
                int before = i;
                add(outbox, "" + i);
                outbox.committed();
                await().atMost(Duration.ofSeconds(50)).until(() -> publisher.ids.size() == before + 1);
            }
        }
    }

    @Test
    void page_wakingRelays_worksAsItStandsThere() throws Exception {
        Database dataSource = database;
        Database direct = database;
        Recording publisher = new Recording();
        // spotless:off
        NotifyingOutbox outbox = NotifyingOutbox.of(JdbcOutbox.of(PayloadTypes.basic()), dataSource);   // where messages are added

        OutboxRelay relay = OutboxRelay.builder(dataSource)                                             // elsewhere
                .publisher(publisher)
                .pollInterval(Duration.ofSeconds(5))
                .build()
                .start();
        WakeUpListener listener = WakeUpListener.of(direct, relay::wakeUp);
        // spotless:on
        add(outbox, "1");
        await().atMost(LONG).until(() -> publisher.ids.size() == 1);
        listener.close();
        outbox.close();
        relay.close();
    }

    @Test
    void add_inATransactionThatStaysOpen_hasNotifiedOnAnotherConnection() throws Exception {
        try (WakeUpListener listener = listener();
                NotifyingOutbox outbox = outbox();
                Connection open = database.getConnection()) {
            open.setAutoCommit(false);
            outbox.add(open, Message.unkeyed("orders", "1"));

            await().atMost(LONG).until(() -> wakeUps.get() >= 2);

            open.rollback();
            assertThat(listener.isListening()).isTrue();
        }
    }

    @Test
    void add_manyTimes_notifiesNoMoreThanOnceInAnInterval() throws Exception {
        try (WakeUpListener listener = listener();
                NotifyingOutbox outbox = outbox()) {
            long start = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                add(outbox, "" + i);
            }
            await().atMost(LONG).until(() -> wakeUps.get() >= 2);
            long millis = (System.nanoTime() - start) / 1_000_000;

            assertThat(wakeUps.get()).isLessThanOrEqualTo((int) (millis / 20) + 2);
            assertThat(listener.isListening()).isTrue();
        }
    }

    @Test
    void listener_whoseSessionIsEnded_comesBackAndWakesTheRelayForWhatItMissed() throws Exception {
        try (WakeUpListener listener = listener();
                NotifyingOutbox outbox = outbox()) {
            assertThat(database.number("SELECT COUNT(pg_terminate_backend(pid))" + LISTENERS))
                    .isEqualTo(1);

            await().atMost(LONG).until(() -> wakeUps.get() >= 2); // without any notification
            await().atMost(LONG).until(listener::isListening);
            int before = wakeUps.get();
            add(outbox, "1");

            await().atMost(LONG).until(() -> wakeUps.get() > before);
        }
    }

    @Test
    void notifier_whoseSessionIsEnded_addsAllTheSameAndNotifiesLater() throws Exception {
        try (WakeUpListener listener = listener();
                NotifyingOutbox outbox = outbox()) {
            add(outbox, "1");
            await().atMost(LONG).until(() -> wakeUps.get() >= 2);
            await().atMost(LONG).until(() -> database.number("SELECT COUNT(*)" + NOTIFIERS) == 1);
            assertThat(database.number("SELECT COUNT(pg_terminate_backend(pid))" + NOTIFIERS))
                    .isEqualTo(1);
            int before = wakeUps.get();

            add(outbox, "2");

            await().atMost(LONG).until(() -> wakeUps.get() > before);
            assertThat(database.number("SELECT COUNT(*) FROM seawall_outbox_message"))
                    .isEqualTo(2);
            assertThat(listener.isListening()).isTrue();
        }
    }

    @Test
    void close_withAMessageJustAdded_stillNotifies() throws Exception {
        try (WakeUpListener listener = listener()) {
            NotifyingOutbox outbox = outbox();
            add(outbox, "1");
            outbox.close();

            await().atMost(LONG).until(() -> wakeUps.get() >= 2);
            assertThat(listener.isListening()).isTrue();
        }
    }

    @Test
    void close_ofAListenerThatWaits_endsItsSession() {
        listener().close();

        await().atMost(LONG).until(() -> database.number("SELECT COUNT(*)" + LISTENERS) == 0);
    }

    @Test
    void of_withAChannelThatIsNoName_isRefused() {
        assertThatThrownBy(() -> WakeUpListener.of(database, "a\"; DROP", () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channel must be 1 to 63 lower-case letters");
    }

    /** Keeps the ids of what it is given. */
    private static final class Recording implements Publisher {

        private final List<String> ids = new CopyOnWriteArrayList<>();

        @Override
        public CompletionStage<?> publish(Envelope message) {
            ids.add(message.id());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {
            // has nothing to let go
        }
    }
}
