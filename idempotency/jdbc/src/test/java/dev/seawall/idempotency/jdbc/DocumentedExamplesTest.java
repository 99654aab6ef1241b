package dev.seawall.idempotency.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seawall.CallWith;
import dev.seawall.Pipeline;
import dev.seawall.Timeout;
import dev.seawall.idempotency.AnswerLostException;
import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.Replayed;
import dev.seawall.jdbc.Housekeeping;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Tables;
import dev.seawall.payload.PayloadCodec;
import dev.seawall.payload.PayloadTypes;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.KeyGenerator;
import javax.crypto.SecretKey;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of the page on idempotency, as they stand there. */
final class DocumentedExamplesTest {

    private record Receipt(String id) {

        byte[] bytes() {
            return id.getBytes(StandardCharsets.UTF_8);
        }

        static Receipt parse(byte[] bytes) {
            return new Receipt(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private record Request(String tenant, String key, String body) {}

    private final Database dataSource = Server.H2.create();
    private final Request request = new Request("acme", "3f2a", "{\"amount\": 7}");
    private final AtomicInteger charges = new AtomicInteger();
    private final AtomicInteger mails = new AtomicInteger();

    private Receipt charge(Request request) {
        return new Receipt("r-" + charges.incrementAndGet());
    }

    private String send(Receipt receipt) {
        return receipt.id() + " sent " + mails.incrementAndGet();
    }

    private Receipt pay(Connection connection, Request request) throws SQLException {
        try (var statement = connection.prepareStatement("INSERT INTO payment VALUES (?)")) {
            statement.setString(1, request.body());
            statement.executeUpdate();
        }
        return charge(request);
    }

    @BeforeEach
    void install() {
        // spotless:off
        SchemaInstaller.of(dataSource).install(JdbcIdempotency.SCHEMA);
        // spotless:on
        dataSource.execute("CREATE TABLE payment (body varchar(100))");
    }

    @AfterEach
    void drop() {
        dataSource.close();
    }

    @Test
    void page_inTheTransaction_haveOneEffect() throws Exception {
        // spotless:off
        PayloadTypes types = PayloadTypes.builder()
                .type("receipt", 1, Receipt.class, PayloadCodec.of("text/plain", Receipt::bytes, Receipt::parse))
                .build();
        JdbcIdempotency idempotency = JdbcIdempotency.builder().types(types).build();
        // spotless:on
        for (int i = 0; i < 2; i++) {
            Outcome<Receipt> outcome = inTransaction(idempotency);
            assertThat(outcome.valueOrThrow()).isEqualTo(new Receipt("r-1"));
        }
        assertThat(dataSource.number("SELECT COUNT(*) FROM payment")).isEqualTo(1);
    }

    private Outcome<Receipt> inTransaction(JdbcIdempotency idempotency) throws SQLException {
        // spotless:off
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            Outcome<Receipt> outcome = idempotency.execute(
                    connection,
                    Key.of(request.tenant(), "pay", request.key()),
                    Fingerprint.of(request.body()),
                    () -> pay(connection, request));
            connection.commit();
            return outcome;                     // Executed | Replayed | InProgress | Mismatch
        }
        // spotless:on
    }

    @Test
    void page_inboxInTheSameTable_hasEachMessageOnce() throws Exception {
        RequestsInbox inbox = new RequestsInbox(JdbcIdempotency.builder().build());
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);

            boolean first = inbox.once(connection, "m1", "mailer", mails::incrementAndGet);
            connection.commit();
            boolean second = inbox.once(connection, "m1", "mailer", mails::incrementAndGet);
            boolean ofAnother = inbox.once(connection, "m1", "printer", mails::incrementAndGet);
            connection.commit();

            assertThat(first).isTrue();
            assertThat(second).isFalse();
            assertThat(ofAnother).isTrue();
        }
        assertThat(mails).hasValue(2);
    }

    @Test
    void page_claims_keepPhasesFromRunningAgain() {
        PayloadTypes types = PayloadTypes.builder()
                .type("receipt", 1, Receipt.class, PayloadCodec.of("text/plain", Receipt::bytes, Receipt::parse))
                .build();
        // spotless:off
        Idempotency payments = Idempotency.builder(JdbcIdempotency.store(dataSource))
                .types(types)
                .build();
        // spotless:on
        Key key = Key.of("pay", "1");
        Fingerprint fingerprint = Fingerprint.of("body");
        // spotless:off
        Outcome<Receipt> outcome = payments.execute(key, fingerprint, execution -> {
            Receipt receipt = execution.once("charge", () -> charge(request));
            execution.once("mail", () -> send(receipt));
            return receipt;
        });
        // spotless:on
        assertThat(outcome).isEqualTo(new Executed<>(new Receipt("r-1")));
        assertThat(payments.execute(key, fingerprint, execution -> "never"))
                .isEqualTo(new Replayed<>(new Receipt("r-1")));
    }

    @Test
    void page_functionAndPolicy_areIdempotent() {
        Idempotency payments = Idempotency.builder(IdempotencyStore.inMemory(10))
                .types(PayloadTypes.builder()
                        .type(
                                "receipt",
                                1,
                                Receipt.class,
                                PayloadCodec.of("text/plain", Receipt::bytes, Receipt::parse))
                        .build())
                .build();
        // spotless:off
        CallWith<Request, Receipt, RuntimeException> payOnce = payments.idempotent(
                this::charge, request -> Key.of(request.tenant(), "pay", request.key()), request -> Fingerprint.of(request.body()));

        Pipeline pipeline = Pipeline.named("payments")
                .with(payments.policy(
                        Request.class,
                        request -> Key.of(request.tenant(), "pay", request.key()),
                        request -> Fingerprint.of(request.body())))
                .with(Timeout.of("payments", Duration.ofSeconds(5)))
                .build();
        Receipt receipt = pipeline.callWith(request, this::charge);
        // spotless:on
        assertThat(payOnce.call(request)).isEqualTo(receipt);
        assertThat(charges).hasValue(1);
    }

    @Test
    void page_cipher_bindsAnswersToTheirKeys() throws Exception {
        SecretKey secret = KeyGenerator.getInstance("AES").generateKey();
        IdempotencyStore store = JdbcIdempotency.store(dataSource);
        // spotless:off
        Idempotency payments = Idempotency.builder(store)
                .cipher(new AesGcm(secret))
                .build();
        // spotless:on
        Fingerprint fingerprint = Fingerprint.of("body");
        payments.execute(Key.of("pay", "1"), fingerprint, execution -> "canary-1");
        payments.execute(Key.of("pay", "2"), fingerprint, execution -> "canary-2");
        assertThat(payments.execute(Key.of("pay", "1"), fingerprint, execution -> "never"))
                .isEqualTo(new Replayed<>("canary-1"));
        assertThat(
                        dataSource.number(
                                "SELECT COUNT(*) FROM \"seawall_idempotency\" WHERE LOCATE('canary', UTF8TOSTRING(answer)) > 0"))
                .isZero();

        dataSource.execute("UPDATE \"seawall_idempotency\" a SET answer = (SELECT answer FROM \"seawall_idempotency\" b"
                + " WHERE b.key_hash <> a.key_hash)");

        assertThatThrownBy(() -> payments.execute(Key.of("pay", "1"), fingerprint, execution -> "never"))
                .isInstanceOf(AnswerLostException.class);
        Idempotency readable = Idempotency.builder(store).build();
        readable.execute(Key.of("pay", "3"), fingerprint, execution -> "plain");
        assertThatThrownBy(() -> payments.execute(Key.of("pay", "3"), fingerprint, execution -> "never"))
                .isInstanceOf(AnswerLostException.class)
                .hasMessageContaining("without encryption");
    }

    @Test
    void page_housekeeping_deletesWhatHasEnded() {
        dataSource.execute(
                "INSERT INTO \"seawall_idempotency\" (key_hash, fingerprint, claimed_until, taken_over, expires_at)"
                        + " VALUES (X'00', X'00', 0, FALSE, 1)");
        // spotless:off
        Housekeeping housekeeping = Housekeeping.builder(dataSource)
                .every(Duration.ofMinutes(1), JdbcIdempotency.purging(Tables.standard()))
                .build()
                .start();
        // spotless:on
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> dataSource.number("SELECT COUNT(*) FROM \"seawall_idempotency\"") == 0);
        housekeeping.close();
    }
}
