package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seawall.Backoff;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What relays promise that keep no order, on every database. */
@Timeout(180)
abstract class UnorderedTck {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Database database;
    private final RecordingPublisher publisher = new RecordingPublisher();
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();
    private final Transactions transactions;
    private final List<OutboxRelay> relays = new ArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>(); // of the database

    UnorderedTck(Server server) {
        this.database = server.create();
        this.transactions = Transactions.of(database);
    }

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
    }

    @AfterEach
    void drop() {
        relays.forEach(OutboxRelay::close);
        database.close();
    }

    private OutboxRelay.Builder relay(RecordingPublisher publisher) {
        return OutboxRelay.builder(database)
                .publisher(publisher)
                .unordered()
                .retry(3, Backoff.fixed(Duration.ofMillis(20)));
    }

    private OutboxRelay started(OutboxRelay.Builder builder) {
        OutboxRelay relay = builder.build();
        relay.on(RelayEvent.DatabaseFailed.class, event -> failures.add(event.failure()));
        relays.add(relay);
        return relay.start();
    }

    private void add(Message... messages) {
        try {
            transactions.inTransaction(connection -> outbox.addAll(connection, List.of(messages)));
        } catch (SQLException refused) {
            throw new AssertionError(refused);
        }
    }

    private static Message message(String key, String text) {
        return Message.of("orders", key, text);
    }

    private static Message[] messages(int many) {
        return IntStream.range(0, many)
                .mapToObj(i -> message("k" + i % 97, "" + i))
                .toArray(Message[]::new);
    }

    private long rows(String table) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return database.number(
                    Tables.standard().in("SELECT COUNT(*) FROM {" + table + "}", Dialect.of(connection)));
        }
    }

    @Test
    void relays_severalAtOnce_publishEveryMessageOnce() {
        RecordingPublisher other = new RecordingPublisher();
        add(messages(1_000));
        OutboxRelay first = started(relay(publisher).workers(2).batch(50, 1 << 20));
        started(relay(other).workers(2).batch(50, 1 << 20));
        add(messages(1_000));

        assertThat(first.drain(LONG)).isTrue();

        List<Envelope> all = new ArrayList<>(publisher.published());
        all.addAll(other.published());
        assertThat(failures).isEmpty();
        assertThat(all).hasSize(2_000);
        assertThat(all.stream().map(Envelope::id).distinct()).hasSize(2_000);
        assertThat(all).allMatch(message -> message.position() == null).allMatch(message -> message.key() != null);
        assertThat(first.snapshot().partitions()).isEmpty();
    }

    @Test
    void publish_aMessageUnderWay_isPassedOverByOthers() throws Exception {
        CompletableFuture<Void> confirmation = new CompletableFuture<>();
        CountDownLatch arrived = new CountDownLatch(1);
        publisher.answering(message -> {
            arrived.countDown();
            return confirmation;
        });
        add(message("a", "1"));
        started(relay(publisher).workers(1));
        assertThat(arrived.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        add(message("a", "2"), message("b", "3"));
        RecordingPublisher other = new RecordingPublisher();
        started(relay(other).workers(1));

        await().atMost(LONG).untilAsserted(() -> assertThat(other.texts()).containsExactlyInAnyOrder("2", "3"));
        confirmation.complete(null);

        await().atMost(LONG).until(() -> rows("outbox_message") == 0);
        assertThat(other.texts()).hasSize(2);
    }

    @Test
    void publish_failingForGood_parksThatMessageOnly() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        AtomicBoolean healed = new AtomicBoolean();
        publisher.answering(message -> {
            if (!RecordingPublisher.text(message).equals("bad") || healed.get()) {
                return null;
            }
            attempts.incrementAndGet();
            return RecordingPublisher.failure(new IllegalStateException("never"));
        });
        add(message("a", "bad"), message("a", "2"), message("a", "3"));
        OutboxRelay relay = started(relay(publisher));
        ParkedMessages admin = ParkedMessages.of(database);

        await().atMost(LONG).untilAsserted(() -> assertThat(admin.list(10)).hasSize(1));
        await().atMost(LONG).untilAsserted(() -> assertThat(publisher.texts()).containsExactlyInAnyOrder("2", "3"));
        assertThat(attempts).hasValue(3);
        assertThat(admin.list(10).get(0).holdsKey()).isFalse();
        assertThat(relay.snapshot().parked()).isEqualTo(1);
        assertThat(relay.drain(LONG)).isTrue();

        healed.set(true);
        assertThat(admin.retry(admin.list(10).get(0).messageId(), "me")).isTrue();

        await().atMost(LONG).untilAsserted(() -> assertThat(publisher.texts()).contains("bad"));
        await().atMost(LONG).until(() -> rows("outbox_message") + rows("outbox_blocked") == 0);
    }

    @Test
    void publish_poisonWithMessageOnly_goesIntoATableOfItsOwn() throws Exception {
        publisher.answering(message -> RecordingPublisher.failure(new PoisonMessageException("cannot be sent", null)));
        add(message("a", "1"));
        started(relay(publisher).parking(ParkingPolicy.MESSAGE_ONLY));

        await().atMost(LONG).until(() -> rows("outbox_parked") == 1);

        assertThat(rows("outbox_message") + rows("outbox_blocked")).isZero();
    }

    @Test
    void discard_ofAParkedMessage_leavesNothingBehind() throws Exception {
        publisher.answering(message -> RecordingPublisher.failure(new PoisonMessageException("cannot be sent", null)));
        add(message("a", "1"));
        started(relay(publisher));
        ParkedMessages admin = ParkedMessages.of(database);
        await().atMost(LONG).untilAsserted(() -> assertThat(admin.list(10)).hasSize(1));

        assertThat(admin.discard(admin.list(10).get(0).messageId(), "me")).isTrue();

        await().atMost(LONG).until(() -> rows("outbox_message") + rows("outbox_blocked") == 0);
    }

    @Test
    void publish_byAPublisherThatIsDown_waitsLongerAndLongerAndThenPublishesAll() throws Exception {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger refused = new AtomicInteger();
        publisher.answering(message -> {
            if (!down.get()) {
                return null;
            }
            refused.incrementAndGet();
            throw new PublisherUnavailableException("no broker", null);
        });
        add(messages(100));
        List<Duration> waits = new CopyOnWriteArrayList<>();
        OutboxRelay relay = relay(publisher)
                .workers(1)
                .retry(3, Backoff.exponential(Duration.ofMillis(10)))
                .build();
        relays.add(relay);
        relay.on(RelayEvent.PublisherUnavailable.class, event -> waits.add(event.nextIn()));
        relay.start();
        await().atMost(LONG).until(() -> waits.size() >= 4);

        assertThat(refused.get()).isLessThanOrEqualTo(waits.size() + 1); // one trial for each wait
        assertThat(waits).startsWith(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(40));
        assertThat(relay.snapshot().publisherAvailable()).isFalse();
        assertThat(rows("outbox_blocked")).isZero();
        down.set(false);

        assertThat(relay.drain(LONG)).isTrue();
        assertThat(publisher.texts()).hasSize(100);
        assertThat(relay.snapshot().publisherAvailable()).isTrue();
    }

    @Test
    void publish_neverConfirmed_isTriedAgainAfterItsTime() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        publisher.answering(message -> first.getAndSet(false) ? new CompletableFuture<>() : null);
        add(message("a", "1"));
        started(relay(publisher).workers(1).publishTimeout(Duration.ofMillis(100)));

        await().atMost(LONG).untilAsserted(() -> assertThat(publisher.texts()).containsExactly("1"));
        await().atMost(LONG).until(() -> rows("outbox_message") + rows("outbox_blocked") == 0);
    }

    @Test
    void close_withAMessageThatIsNotConfirmed_givesItBackWithoutAnAttempt() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        publisher.answering(message -> {
            arrived.countDown();
            return new CompletableFuture<>();
        });
        add(message("a", "1"));
        OutboxRelay relay = started(relay(publisher).closeTimeout(Duration.ofMillis(50)));
        assertThat(arrived.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();

        relay.close();

        assertThat(rows("outbox_blocked")).isZero();
        RecordingPublisher other = new RecordingPublisher();
        assertThat(started(relay(other)).drain(LONG)).isTrue();
        assertThat(other.texts()).containsExactly("1");
    }

    @Test
    void pause_ofATopic_holdsItBackUntilItIsResumed() {
        ParkedMessages admin = ParkedMessages.of(database);
        admin.pause("orders", "me");
        add(message("a", "1"), Message.of("invoices", "a", "other topic"));
        OutboxRelay relay = started(relay(publisher));
        assertThat(relay.drain(LONG)).isTrue();
        assertThat(publisher.texts()).containsExactly("other topic");

        admin.resume("orders", "me");

        await().atMost(LONG).untilAsserted(() -> assertThat(publisher.texts()).containsExactly("other topic", "1"));
    }

    @Test
    void delayed_dueLater_isPublishedOnceByOneOfSeveralRelays() throws Exception {
        RecordingPublisher other = new RecordingPublisher();
        add(
                message("a", "1").delayedBy(Duration.ofMillis(300)),
                message("b", "2").delayedBy(Duration.ofMillis(300)));
        started(relay(publisher));
        OutboxRelay second = started(relay(other));

        await().atMost(LONG)
                .until(() -> publisher.texts().size() + other.texts().size() >= 2);
        assertThat(second.drain(LONG)).isTrue();

        assertThat(publisher.texts().size() + other.texts().size()).isEqualTo(2);
        assertThat(rows("outbox_delayed")).isZero();
    }

    @Test
    void archivePublished_keepsWhatWasConfirmed() throws Exception {
        add(messages(10));

        assertThat(started(relay(publisher).archivePublished()).drain(LONG)).isTrue();

        assertThat(rows("outbox_archive")).isEqualTo(10);
    }

    @Test
    void connection_killedWithMessagesUnderWay_deliversThemAgain() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CompletableFuture<Void> never = new CompletableFuture<>();
        publisher.answering(message -> {
            arrived.countDown();
            return never;
        });
        add(message("a", "1"), message("b", "2"));
        started(relay(publisher).workers(1).closeTimeout(Duration.ZERO));
        assertThat(arrived.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        RecordingPublisher other = new RecordingPublisher();
        OutboxRelay second = started(relay(other).workers(1));

        endOtherSessions();

        await().atMost(LONG).untilAsserted(() -> assertThat(other.texts()).containsExactlyInAnyOrder("1", "2"));
        assertThat(second.drain(LONG)).isTrue();
    }

    private void endOtherSessions() throws SQLException {
        try (Connection connection = database.getConnection()) {
            switch (Dialect.of(connection)) {
                case POSTGRESQL ->
                    database.number("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND state = 'idle in transaction'");
                case MARIADB ->
                    database.execute("KILL "
                            + database.number("SELECT trx_mysql_thread_id FROM information_schema.innodb_trx"
                                    + " JOIN information_schema.processlist ON id = trx_mysql_thread_id"
                                    + " WHERE db = DATABASE() ORDER BY trx_rows_locked DESC LIMIT 1"));
                case H2 ->
                    database.execute("CALL ABORT_SESSION((SELECT session_id FROM information_schema.sessions"
                            + " WHERE contains_uncommitted ORDER BY session_id LIMIT 1))");
            }
        }
    }
}
