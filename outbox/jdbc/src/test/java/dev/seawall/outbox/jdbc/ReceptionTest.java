package dev.seawall.outbox.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.Backoff;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.EnvelopeFormat;
import dev.seawall.outbox.InboxConsumerConfig;
import dev.seawall.outbox.MessageHandler;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.Receiver;
import dev.seawall.outbox.Reception;
import dev.seawall.outbox.Reception.Action;
import dev.seawall.outbox.Reception.Verdict;
import dev.seawall.outbox.WireMessage;
import dev.seawall.payload.EncodedPayload;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a consumer does with a message, whatever its handler says. */
final class ReceptionTest {

    private final Database database = Server.H2.create();
    private final AtomicInteger handled = new AtomicInteger();
    private final List<String> setAside = new ArrayList<>();

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install(JdbcInbox.SCHEMA);
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private static InboxConsumerConfig.Builder config() {
        return InboxConsumerConfig.builder().attempts(3).backoff(Backoff.linear(Duration.ofSeconds(1)));
    }

    private Reception reception(InboxConsumerConfig.Builder config, MessageHandler handler) {
        return Reception.of(Receiver.of(database, JdbcInbox.create(), "ledger", handler), config.build());
    }

    private Reception failing(InboxConsumerConfig.Builder config, Exception failure) {
        return reception(config, (connection, message) -> {
            handled.incrementAndGet();
            throw failure;
        });
    }

    private static WireMessage wire() {
        EncodedPayload payload = EncodedPayload.of("text", 1, "text/plain", "hi".getBytes(UTF_8));
        return EnvelopeFormat.plain().write(new Envelope("m-1", "orders", "k", payload, Map.of(), null, Instant.EPOCH));
    }

    private static Verdict attempt(Reception reception, int attempt) throws InterruptedException {
        return reception.attempt(wire(), "orders", "k", Instant.EPOCH, attempt);
    }

    @Test
    void attempt_ofANewMessageAndOfItsCopy_isAcknowledgedAndHandledOnce() throws Exception {
        Reception reception = reception(config(), (connection, message) -> handled.incrementAndGet());

        assertThat(attempt(reception, 1).action()).isEqualTo(Action.ACKNOWLEDGE);
        assertThat(attempt(reception, 1).action()).isEqualTo(Action.ACKNOWLEDGE);
        assertThat(handled).hasValue(1);
    }

    @Test
    void attempt_thatFails_comesAgainAfterAGrowingPauseAndIsGivenUpAfterTheLast() throws Exception {
        IllegalStateException failure = new IllegalStateException("cannot");
        Reception reception = failing(config(), failure);

        assertThat(attempt(reception, 1)).isEqualTo(new Verdict(Action.AGAIN, 1_000_000_000L, null));
        assertThat(attempt(reception, 2)).isEqualTo(new Verdict(Action.AGAIN, 2_000_000_000L, null));
        Verdict last = attempt(reception, 3);

        assertThat(last.action()).isEqualTo(Action.GIVE_UP);
        assertThat(last.reason()).isSameAs(failure);
        assertThat(handled).hasValue(3);
    }

    @Test
    void attempt_ofAPoisonMessage_isGivenUpAtOnce() throws Exception {
        Reception reception = failing(config(), new PoisonMessageException("never", null));

        assertThat(attempt(reception, 1).action()).isEqualTo(Action.GIVE_UP);
    }

    @Test
    void attempt_thatMeetsAnError_isAnAttemptLikeAnyOther() throws Exception {
        Reception reception = reception(config(), (connection, message) -> {
            throw new NoClassDefFoundError("of a library");
        });

        assertThat(attempt(reception, 1).action()).isEqualTo(Action.AGAIN);
        assertThat(attempt(reception, 3).action()).isEqualTo(Action.GIVE_UP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "53300", "57P01"})
    void attempt_whileTheDatabaseIsAway_waitsHoweverOften(String state) throws Exception {
        Reception reception =
                failing(config(), new IllegalStateException("wrapped", new SQLException("no database", state)));

        assertThat(attempt(reception, 3).action()).isEqualTo(Action.WAIT);
        assertThat(attempt(reception, 1_000).action()).isEqualTo(Action.WAIT);
    }

    @Test
    void attempt_withoutAConnection_waits() throws Exception {
        Reception reception = failing(config(), new SQLTransientConnectionException("the pool is empty"));

        assertThat(attempt(reception, 3).action()).isEqualTo(Action.WAIT);
    }

    @Test
    void attempt_thatBreaksAConstraint_isTheMessagesFault() throws Exception {
        Reception reception = failing(config(), new SQLException("duplicate invoice", "23505"));

        assertThat(attempt(reception, 3).action()).isEqualTo(Action.GIVE_UP);
    }

    @Test
    void attempt_givenUpWithDeadLetters_isSetAsideAndAcknowledged() throws Exception {
        Reception reception = failing(
                config().deadLetters((wire, topic, key, reason) ->
                        setAside.add(topic + "/" + key + "/" + reason.getMessage())),
                new PoisonMessageException("never", null));

        assertThat(attempt(reception, 1).action()).isEqualTo(Action.ACKNOWLEDGE);
        assertThat(setAside).containsExactly("orders/k/never");
    }

    @Test
    void attempt_thatCannotBeSetAside_comesAgain() throws Exception {
        Reception reception = failing(
                config().deadLetters((wire, topic, key, reason) -> {
                    throw new IllegalStateException("no room");
                }),
                new PoisonMessageException("never", null));

        assertThat(attempt(reception, 3).action()).isEqualTo(Action.AGAIN);
    }

    @Test
    void attempt_interrupted_isThrownOnAndNeverSetAside() {
        Reception reception = reception(
                config().deadLetters((wire, topic, key, reason) -> setAside.add(topic)), (connection, message) -> {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("because of the interrupt");
                });

        assertThatThrownBy(() -> attempt(reception, 3)).isInstanceOf(InterruptedException.class);
        assertThat(setAside).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
    }
}
