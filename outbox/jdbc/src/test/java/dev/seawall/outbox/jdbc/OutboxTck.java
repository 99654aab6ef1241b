package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.Backoff;
import dev.seawall.jdbc.Chore;
import dev.seawall.jdbc.DatabaseException;
import dev.seawall.jdbc.Dialect;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.SchemaPart;
import dev.seawall.jdbc.Tables;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.OutboxFullException;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an outbox and its relay promise, on every database. */
abstract class OutboxTck {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final Database database;
    private final RecordingPublisher publisher = new RecordingPublisher();
    private final JdbcOutbox outbox = JdbcOutbox.builder().build();
    private final Transactions transactions;
    private final List<OutboxRelay> relays = new ArrayList<>();

    OutboxTck(Server server) {
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

    private OutboxRelay.Builder relay() {
        return relay(publisher);
    }

    private OutboxRelay.Builder relay(RecordingPublisher publisher) {
        return OutboxRelay.builder(database)
                .publisher(publisher)
                .timeToLive(Duration.ofSeconds(1))
                .retry(3, Backoff.fixed(Duration.ofMillis(20)));
    }

    private OutboxRelay started(OutboxRelay.Builder builder) {
        OutboxRelay relay = builder.build();
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

    private Dialect dialect() {
        try (Connection connection = database.getConnection()) {
            return Dialect.of(connection);
        } catch (SQLException refused) {
            throw new AssertionError(refused);
        }
    }

    private String sql(String text) {
        return Tables.standard().in(text, dialect());
    }

    private long rows(String table) {
        return database.number(sql("SELECT COUNT(*) FROM {" + table + "}"));
    }

    // ---- what is published

    @Test
    void add_committed_isPublishedWithAllThatWasGiven() throws Exception {
        String id = transactions.inTransaction(
                connection -> outbox.add(connection, message("é-1", "größe").withHeader("Tenant", "a b:c")));

        assertThat(started(relay()).drain(LONG)).isTrue();

        assertThat(publisher.published()).hasSize(1);
        Envelope envelope = publisher.published().get(0);
        assertThat(envelope.id()).isEqualTo(id);
        assertThat(envelope.topic()).isEqualTo("orders");
        assertThat(envelope.key()).isEqualTo("é-1");
        assertThat(envelope.payload().type()).isEqualTo("text");
        assertThat(RecordingPublisher.text(envelope)).isEqualTo("größe");
        assertThat(envelope.headers()).containsOnly(Map.entry("Tenant", "a b:c"));
        assertThat(envelope.position()).isNotNull();
        assertThat(rows("outbox_message")).isZero();
    }

    @Test
    void add_rolledBack_isNeverPublished() throws Exception {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            outbox.add(connection, message("a", "rolled back"));
            connection.rollback();
            outbox.add(connection, message("a", "kept"));
            var savepoint = connection.setSavepoint();
            outbox.add(connection, message("a", "undone"));
            connection.rollback(savepoint);
            connection.commit();
        }

        assertThat(started(relay()).drain(LONG)).isTrue();

        assertThat(publisher.texts()).containsExactly("kept");
    }

    @Test
    void add_onAConnectionThatCommitsByItself_isRefused() throws Exception {
        try (Connection connection = database.getConnection()) {
            assertThatThrownBy(() -> outbox.add(connection, message("a", "1")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
        assertThat(rows("outbox_message")).isZero();
    }

    @Test
    void addAll_moreThanFitInAStatement_keepsOrder() {
        Message[] many =
                IntStream.range(0, 234).mapToObj(i -> message("a", "" + i)).toArray(Message[]::new);
        add(many);

        assertThat(started(relay()).drain(LONG)).isTrue();

        assertThat(publisher.texts("a"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 234).mapToObj(i -> "" + i).toList());
    }

    @Test
    void add_unkeyed_isPublishedWithoutAKey() {
        add(Message.unkeyed("orders", "1"), Message.unkeyed("orders", "2"));

        assertThat(started(relay()).drain(LONG)).isTrue();

        assertThat(publisher.texts()).containsExactlyInAnyOrder("1", "2");
        assertThat(publisher.published()).allMatch(message -> message.key() == null);
    }

    @Test
    void start_withProducersAtWork_publishesEveryMessageOnceInTheOrderOfItsKey() throws Exception {
        OutboxRelay relay = started(relay());
        List<CompletableFuture<Void>> producers = IntStream.range(0, 4)
                .mapToObj(producer -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 50; i++) {
                        add(message("k" + producer, "" + i), message("other" + i, "x"));
                    }
                }))
                .toList();
        producers.forEach(CompletableFuture::join);

        assertThat(relay.drain(LONG)).isTrue();

        assertThat(publisher.published()).hasSize(400);
        for (int producer = 0; producer < 4; producer++) {
            assertThat(publisher.texts("k" + producer))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 50).mapToObj(i -> "" + i).toList());
        }
    }

    @Test
    void commit_lateWithASmallerSequence_isPublishedBeforeLaterMessagesOfItsKey() throws Exception {
        OutboxRelay relay = started(relay());
        try (Connection late = database.getConnection()) {
            late.setAutoCommit(false);
            outbox.add(late, message("a", "1"));
            for (int i = 0; i < 20; i++) {
                add(message("b" + i, "early"));
            }
            // H2 lets nobody read past an open insert; the others must.
            if (dialect() != Dialect.H2) {
                await().atMost(Duration.ofMinutes(1))
                        .untilAsserted(() -> assertThat(publisher.published()).hasSize(20));
            }
            late.commit();
        }
        add(message("a", "2"));

        assertThat(relay.drain(LONG)).isTrue();
        assertThat(publisher.texts("a")).containsExactly("1", "2");
    }

    @Test
    void delayed_notDueYet_waitsAndThenIsPublished() {
        OutboxRelay relay = started(relay());
        add(message("a", "later").delayedBy(Duration.ofMillis(700)), message("a", "now"));

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("now", "later"));
        assertThat(relay.drain(LONG)).isTrue();
        assertThat(rows("outbox_delayed")).isZero();
    }

    @Test
    void pause_ofATopic_holdsItBackAndResumeLosesNothing() {
        ParkedMessages admin = ParkedMessages.of(database);
        admin.pause("orders", "me");
        add(message("a", "1"), Message.of("invoices", "a", "other topic"), message("a", "2"));
        OutboxRelay relay = started(relay());
        assertThat(relay.drain(LONG)).isTrue();
        assertThat(publisher.texts()).containsExactly("other topic");

        admin.resume("orders", "me");

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("other topic", "1", "2"));
        assertThat(rows("outbox_audit")).isEqualTo(2);
    }

    @Test
    void backlogLimit_whenExceeded_refusesMessagesUntilTheyArePublished() throws Exception {
        JdbcOutbox limited = JdbcOutbox.builder().backlogLimit(database, 2).build();
        add(message("a", "1"), message("a", "2"), message("b", "3"));

        assertThatThrownBy(() -> transactions.inTransaction(connection -> limited.add(connection, message("a", "4"))))
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("more than 2 messages");

        started(relay());
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(transactions.<String, SQLException>inTransaction(
                                connection -> limited.add(connection, message("a", "4"))))
                        .isNotEmpty());
    }

    @Test
    void backlog_ofMessagesThatWait_countsThem() {
        OutboxRelay relay = started(relay());
        assertThat(relay.drain(LONG)).isTrue();
        publisher.answering(message -> {
            throw new PublisherUnavailableException("no broker", null);
        });
        add(message("a", "1"), message("a", "2"), message("b", "3").delayedBy(Duration.ofHours(1)));

        OutboxBacklog backlog = relay.backlog();

        assertThat(backlog.pending()).isEqualTo(2);
        assertThat(backlog.delayed()).isEqualTo(1);
        assertThat(backlog.oldest()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(backlog.partitions().values()).containsExactly(2L);
        assertThat(backlog.heldKeys() + backlog.failingKeys() + backlog.parked())
                .isZero();
    }

    @Test
    void lag_ofPartitionsWithMessages_isTheAgeOfTheirFirst() {
        OutboxRelay relay = relay().build();
        relays.add(relay);
        assertThat(relay.lag()).isEmpty();
        add(message("a", "1"));
        database.execute(sql("UPDATE {outbox_message} SET created_at = created_at - 3600000000"));
        add(message("a", "2"), message("b", "3"));

        assertThat(relay.lag().values())
                .hasSize(2)
                .allMatch(lag -> !lag.isNegative())
                .filteredOn(lag -> lag.compareTo(Duration.ofHours(1)) >= 0)
                .hasSize(1);
    }

    @Test
    void context_ofHeadersThatBreakTheRules_isRefusedBeforeAnythingIsAdded() {
        for (Map<String, String> headers :
                List.of(Map.of("a b", "x"), Map.of("tenant", "two\nlines"), Map.of("seawall-id", "mine"))) {
            JdbcOutbox broken = JdbcOutbox.builder().context(() -> headers).build();

            assertThatThrownBy(
                            () -> transactions.inTransaction(connection -> broken.add(connection, message("a", "1"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("header");
        }
        JdbcOutbox full = JdbcOutbox.builder().context(() -> headers("c", 7)).build();
        Message heavy = new Message("orders", "a", "x", headers("m", 7), Duration.ZERO);
        assertThatThrownBy(() -> transactions.inTransaction(connection -> full.add(connection, heavy)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("headers must have at most 16000 characters");
        assertThat(rows("outbox_message")).isZero();
    }

    private static Map<String, String> headers(String prefix, int many) {
        return IntStream.range(0, many).boxed().collect(Collectors.toMap(i -> prefix + i, i -> "x".repeat(1_900)));
    }

    // ---- the archive

    @Test
    void archivePublished_aMessageThatWasPublished_keepsItUntilItIsForgotten() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        publisher.answering(
                message -> RecordingPublisher.text(message).equals("heals") && failures.getAndIncrement() < 1
                        ? RecordingPublisher.failure(new IllegalStateException("not yet"))
                        : null);
        Message[] many =
                IntStream.range(0, 1_100).mapToObj(i -> message("a", "x")).toArray(Message[]::new);
        add(many);
        add(message("b", "heals").withHeader("Tenant", "t"), message("c", "two"));
        OutboxRelay relay = started(relay().archivePublished());

        await().atMost(LONG).untilAsserted(() -> assertThat(publisher.texts()).hasSize(1_102));
        assertThat(relay.drain(LONG)).isTrue();
        await().atMost(LONG).until(() -> rows("outbox_message") == 0);

        assertThat(rows("outbox_archive")).isEqualTo(1_102);
        assertThat(database.number(sql("SELECT COUNT(*) FROM {outbox_archive} WHERE published_at >= created_at"
                        + " AND keyed AND topic = 'orders' AND octet_length(payload) > 0")))
                .isEqualTo(1_102);
        assertThat(database.number(sql("SELECT COUNT(*) FROM {outbox_archive} WHERE headers IS NOT NULL")))
                .isEqualTo(1);
        Chore chore = outbox.forgettingPublished(Duration.ofHours(1));
        assertThat(transactions.autocommitted(chore::run)).isZero();
        database.execute(sql("UPDATE {outbox_archive} SET published_at = 0"));
        assertThat(transactions.autocommitted(chore::run)).isEqualTo(1_000);
        assertThat(transactions.autocommitted(chore::run)).isEqualTo(102);
        assertThat(rows("outbox_archive")).isZero();
    }

    @Test
    void archivePublished_byARelayWhosePartitionsWereTaken_keepsNothing() throws Exception {
        CompletableFuture<Void> confirmation = new CompletableFuture<>();
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        publisher.answering(message -> {
            arrived.complete(null);
            return confirmation;
        });
        add(message("a", "1"));
        OutboxRelay relay = started(relay().archivePublished().timeToLive(Duration.ofSeconds(30)));
        arrived.get(20, java.util.concurrent.TimeUnit.SECONDS);
        database.execute(sql("UPDATE {partition} SET owner = 'another', epoch = epoch + 1"));

        confirmation.complete(null);

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(relay.snapshot().leaseChanges()).isGreaterThanOrEqualTo(64));
        assertThat(rows("outbox_message")).isEqualTo(1);
        assertThat(rows("outbox_archive")).isZero();
    }

    @Test
    void start_onTablesOfTheVersionBefore_worksButForTheArchive() throws Exception {
        Tables old = new Tables(null, "old_");
        SchemaInstaller.of(database, old).install(new SchemaPart("outbox", 2, 1, JdbcOutbox.class));
        JdbcOutbox oldOutbox = JdbcOutbox.builder().tables(old).build();
        transactions.inTransaction(connection -> oldOutbox.addAll(
                connection, List.of(message("a", "1"), message("a", "later").delayedBy(Duration.ofMillis(1)))));

        assertThatThrownBy(() -> started(relay().tables(old).archivePublished()))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("cannot be archived in outbox tables of version 1")
                .hasMessageContaining("bring the tables to version 2");
        OutboxRelay relay = started(relay().tables(old));

        await().atMost(LONG)
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("1", "later"));
        assertThat(relay.drain(LONG)).isTrue();
        SchemaInstaller.of(database, old).install(JdbcOutbox.SCHEMA);
        transactions.inTransaction(connection -> oldOutbox.add(connection, message("a", "2")));
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("1", "later", "2"));
    }

    // ---- failures

    @Test
    void publish_failingTwice_isRepeatedInOrderWhileOtherKeysGoOn() {
        AtomicInteger failures = new AtomicInteger();
        publisher.answering(message -> RecordingPublisher.text(message).equals("a1") && failures.incrementAndGet() <= 2
                ? RecordingPublisher.failure(new IllegalStateException("not yet"))
                : null);
        add(message("a", "a1"), message("a", "a2"), message("b", "b1"), message("b", "b2"));

        started(relay());

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts()).hasSize(4));
        assertThat(publisher.texts("a")).containsExactly("a1", "a2");
        assertThat(publisher.texts("b")).containsExactly("b1", "b2");
        assertThat(failures).hasValue(3);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(rows("outbox_blocked")).isZero());
    }

    @Test
    void publish_failingBehindAMessageThatHasHealed_countsItsOwnAttempts() {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        publisher.answering(message -> {
            boolean fails = RecordingPublisher.text(message).equals("a1")
                    ? first.incrementAndGet() <= 2
                    : second.incrementAndGet() <= 2;
            return fails ? RecordingPublisher.failure(new IllegalStateException("not yet")) : null;
        });
        add(message("a", "a1"), message("a", "a2"));

        started(relay());

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a1", "a2"));
        assertThat(ParkedMessages.of(database).list(10)).isEmpty();
    }

    @Test
    void confirmation_ofAMessageThatHasFailed_liftsItsBlockWithTheSameCommit() {
        AtomicBoolean first = new AtomicBoolean(true);
        CompletableFuture<?> second = new CompletableFuture<>();
        publisher.answering(message -> {
            if (RecordingPublisher.text(message).equals("a2")) {
                return second; // while it is under way nobody looks after blocks that were left behind
            }
            return first.getAndSet(false) ? RecordingPublisher.failure(new IllegalStateException("not yet")) : null;
        });
        add(message("a", "a1"), message("a", "a2"));

        started(relay().publishTimeout(Duration.ofMinutes(10)));

        await().atMost(Duration.ofMinutes(1)).until(() -> rows("outbox_message") == 1);
        assertThat(rows("outbox_blocked")).isZero();
        second.complete(null);
    }

    @Test
    void publish_failingForGood_holdsItsKeyUntilSomebodyRetries() {
        AtomicBoolean healed = new AtomicBoolean();
        publisher.answering(message -> RecordingPublisher.text(message).equals("a1") && !healed.get()
                ? RecordingPublisher.failure(new IllegalStateException("never"))
                : null);
        add(message("a", "a1"), message("a", "a2"), message("b", "b1"));
        OutboxRelay relay = started(relay());
        ParkedMessages admin = ParkedMessages.of(database);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(admin.list(10)).hasSize(1));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts()).containsExactly("b1"));
        assertThat(admin.list(10).get(0).attempts()).isEqualTo(3);
        assertThat(admin.list(10).get(0).error()).contains("never");
        assertThat(admin.list(10).get(0).holdsKey()).isTrue();

        healed.set(true);
        assertThat(admin.retry(admin.list(10).get(0).messageId(), "me")).isTrue();

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a1", "a2"));
        assertThat(relay.snapshot().parked()).isEqualTo(1);
        assertThat(rows("outbox_audit")).isEqualTo(1);
    }

    @Test
    void discard_ofAMessageThatHoldsItsKey_letsTheRestGo() {
        publisher.answering(message -> RecordingPublisher.text(message).equals("a1")
                ? RecordingPublisher.failure(new PoisonMessageException("cannot be sent", null))
                : null);
        add(message("a", "a1"), message("a", "a2"));
        started(relay());
        ParkedMessages admin = ParkedMessages.of(database);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(admin.list(10)).hasSize(1));

        assertThat(admin.discard(admin.list(10).get(0).messageId(), "me")).isTrue();

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a2"));
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(rows("outbox_blocked")).isZero();
            assertThat(rows("outbox_message")).isZero();
        });
    }

    @Test
    void publish_poisonWithMessageOnly_parksItAndItsKeyGoesOn() {
        publisher.answering(message -> RecordingPublisher.text(message).equals("a1")
                ? RecordingPublisher.failure(new PoisonMessageException("cannot be sent", null))
                : null);
        add(message("a", "a1"), message("a", "a2"), message("a", "a3"));
        OutboxRelay relay = started(relay().parking(ParkingPolicy.MESSAGE_ONLY));

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a2", "a3"));
        ParkedMessages admin = ParkedMessages.of(database);
        assertThat(admin.list(10)).hasSize(1);
        assertThat(admin.list(10).get(0).error()).contains("cannot be sent");

        publisher.answering(message -> null);
        assertThat(admin.retry(admin.list(10).get(0).messageId(), "me")).isTrue();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a2", "a3", "a1"));
        assertThat(relay.drain(LONG)).isTrue();
    }

    @Test
    void publish_byAPublisherThatIsDown_countsNoAttemptsAndGoesOnAfterwards() {
        AtomicBoolean down = new AtomicBoolean(true);
        AtomicInteger refused = new AtomicInteger();
        publisher.answering(message -> {
            if (!down.get()) {
                return null;
            }
            refused.incrementAndGet();
            throw new PublisherUnavailableException("no broker", null);
        });
        for (int i = 0; i < 10; i++) {
            add(message("k" + i, "1"), message("k" + i, "2"));
        }
        OutboxRelay relay = started(relay());
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(refused.get()).isGreaterThan(10));
        assertThat(relay.snapshot().publisherAvailable()).isFalse();
        assertThat(rows("outbox_blocked")).isZero();

        down.set(false);

        assertThat(relay.drain(LONG)).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(publisher.texts("k" + i)).containsExactly("1", "2");
        }
        assertThat(relay.snapshot().publisherAvailable()).isTrue();
    }

    @Test
    void publish_neverConfirmed_isGivenUpAfterItsTimeAndOthersGoOn() {
        AtomicBoolean first = new AtomicBoolean(true);
        publisher.answering(message -> RecordingPublisher.text(message).equals("a1") && first.getAndSet(false)
                ? new CompletableFuture<>()
                : null);
        add(message("a", "a1"), message("a", "a2"), message("b", "b1"));

        started(relay().publishTimeout(Duration.ofMillis(200)));

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("b")).containsExactly("b1"));
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a1", "a2"));
    }

    @Test
    void confirmation_afterTheMessageWasGivenUpAndSentAgain_doesNotLetTheNextOneGo() {
        List<CompletableFuture<?>> attempts = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        AtomicInteger sent = new AtomicInteger();
        publisher.answering(message -> RecordingPublisher.text(message).equals("a1")
                ? attempts.get(Math.min(1, sent.getAndIncrement()))
                : null);
        add(message("a", "a1"), message("a", "a2"));
        started(relay().publishTimeout(Duration.ofMillis(200)).retry(1_000_000, Backoff.fixed(Duration.ofMillis(20))));
        await().atMost(Duration.ofMinutes(1)).until(() -> sent.get() >= 2);

        attempts.get(0).complete(null);
        for (String beside : List.of("b1", "b2")) { // when the second is out, the turn of the first is over
            add(message("b", beside));
            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(publisher.texts("b")).contains(beside));
        }
        assertThat(publisher.texts("a")).isEmpty();

        attempts.get(1).complete(null);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(publisher.texts("a")).containsExactly("a2"));
    }

    @Test
    void row_thatNobodyOfOursWrote_isParkedWithAReason() {
        add(message("a", "fine"));
        database.execute(sql("UPDATE {outbox_message} SET type = '../../etc', headers = 'no lines'"));
        add(message("b", "large enough"));
        started(relay().largestPayload(5));
        ParkedMessages admin = ParkedMessages.of(database);

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(admin.list(10)).hasSize(2));

        assertThat(admin.list(10))
                .extracting(ParkedMessage::error)
                .anyMatch(error -> error.contains("the name of a type"));
        assertThat(admin.list(10)).extracting(ParkedMessage::error).anyMatch(error -> error.contains("12 bytes"));
        assertThat(publisher.texts()).isEmpty();
    }

    // ---- several relays

    @Test
    void start_ofASecondRelay_sharesTheWorkAndKeepsOrder() {
        RecordingPublisher other = new RecordingPublisher();
        OutboxRelay first = started(relay());
        OutboxRelay second = started(relay(other));
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            assertThat(first.snapshot().partitions()).hasSize(32);
            assertThat(second.snapshot().partitions()).hasSize(32);
        });
        for (int i = 0; i < 5; i++) {
            for (int key = 0; key < 40; key++) {
                add(message("k" + key, "" + i));
            }
        }

        assertThat(first.drain(LONG)).isTrue();

        assertThat(publisher.published()).isNotEmpty();
        assertThat(other.published()).isNotEmpty();
        for (int key = 0; key < 40; key++) {
            List<String> all = new ArrayList<>(publisher.texts("k" + key));
            all.addAll(other.texts("k" + key));
            assertThat(all).containsExactly("0", "1", "2", "3", "4");
        }
    }

    @Test
    void acknowledge_byARelayWhosePartitionsWereTaken_deletesNothing() throws Exception {
        CompletableFuture<Void> confirmation = new CompletableFuture<>();
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        publisher.answering(message -> {
            arrived.complete(null);
            return confirmation;
        });
        add(message("a", "1"));
        OutboxRelay relay = started(relay().timeToLive(Duration.ofSeconds(30)));
        arrived.get(20, java.util.concurrent.TimeUnit.SECONDS);
        database.execute(sql("UPDATE {partition} SET owner = 'another', epoch = epoch + 1"));

        confirmation.complete(null);

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(relay.snapshot().leaseChanges()).isGreaterThanOrEqualTo(64));
        assertThat(rows("outbox_message")).isEqualTo(1);
    }

    @Test
    void close_withMessagesUnderWay_waitsForThemAndClosesThePublisher() {
        add(message("a", "1"));
        OutboxRelay relay = started(relay());
        assertThat(relay.drain(LONG)).isTrue();

        relay.close();

        assertThat(publisher.isClosed()).isTrue();
        add(message("a", "2"));
        RecordingPublisher other = new RecordingPublisher();
        assertThat(started(relay(other)).drain(LONG)).isTrue();
        assertThat(other.texts()).containsExactly("2");
    }
}
