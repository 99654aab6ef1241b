package dev.seawall.outbox.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.seawall.jdbc.Lease;
import dev.seawall.jdbc.SchemaInstaller;
import dev.seawall.jdbc.Transactions;
import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Message;
import dev.seawall.outbox.Publisher;
import dev.seawall.test.FaultProxy;
import dev.seawall.test.NetworkFault;
import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accidents that a relay must get over by itself. */
@Timeout(60)
final class RelayFaultsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final JdbcOutbox outbox = JdbcOutbox.builder().build();

    private void add(Database database, Message... messages) throws SQLException {
        Transactions.of(database).inTransaction(connection -> outbox.addAll(connection, List.of(messages)));
    }

    private static Message message(String key, String text) {
        return Message.of("orders", key, text);
    }

    @Test
    void renewal_answeredAfterTheLeaseWasSeenLost_doesNotLeaveAMessageUnsent() throws Exception {
        try (Database database = Server.H2.create()) {
            SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
            add(database, message("a", "1"), message("b", "2"), message("c", "3"));
            LateRenewals renewals = new LateRenewals();
            ExpiringPublisher publisher = new ExpiringPublisher(renewals);
            try (OutboxRelay relay = OutboxRelay.builder(
                            new SteeredDataSource(database, UnaryOperator.identity(), renewals))
                    .publisher(publisher)
                    .workers(1)
                    .timeToLive(Duration.ofSeconds(3))
                    .build()) {
                publisher.relay = relay;

                relay.start();

                assertThat(relay.drain(LONG)).isTrue();
                assertThat(publisher.sent.texts()).contains("1", "2", "3");
            }
        }
    }

    /** Keeps the answers to renewals back, once told to. */
    private static final class LateRenewals implements SteeredDataSource.Witness {

        private final AtomicBoolean late = new AtomicBoolean();
        private final CountDownLatch answered = new CountDownLatch(1);

        @Override
        public void after(String sql) throws SQLException {
            if (late.get() && sql.contains("SET lease_until")) {
                try {
                    assertThat(answered.await(LONG.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                } catch (InterruptedException interrupted) {
                    throw new SQLException(interrupted);
                }
            }
        }
    }

    /** Takes so long for the first message that the leases expire, and has them renewed at the end of the batch. */
    private static final class ExpiringPublisher implements Publisher {

        private final RecordingPublisher sent = new RecordingPublisher();
        private volatile @Nullable OutboxRelay relay;
        private final AtomicBoolean done = new AtomicBoolean();
        private final LateRenewals renewals;

        ExpiringPublisher(LateRenewals renewals) {
            this.renewals = renewals;
        }

        @Override
        public CompletionStage<?> publish(Envelope message) {
            if (!renewals.late.getAndSet(true)) {
                await().atMost(LONG).until(() -> leases().noneMatch(Lease::isHeld));
            }
            return sent.publish(message);
        }

        @Override
        public void flush() {
            if (!done.getAndSet(true)) {
                renewals.answered.countDown();
                await().atMost(LONG).until(() -> leases().anyMatch(Lease::isHeld));
            }
        }

        private Stream<Lease> leases() {
            return Objects.requireNonNull(relay).leases().stream();
        }

        @Override
        public void close() {
            sent.close();
        }
    }

    @Test
    void worker_thatMeetsAnError_goesOn() throws Exception {
        try (Database database = Server.H2.create()) {
            SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
            add(database, message("a", "1"));
            AtomicBoolean thrown = new AtomicBoolean();
            SteeredDataSource.Witness witness = new SteeredDataSource.Witness() {
                @Override
                public void before(String sql) {
                    boolean worker = Thread.currentThread().getName().startsWith("seawall-relay");
                    if (worker && !thrown.getAndSet(true)) {
                        throw new NoClassDefFoundError("of a driver, say");
                    }
                }
            };
            RecordingPublisher publisher = new RecordingPublisher();
            try (OutboxRelay relay = OutboxRelay.builder(
                            new SteeredDataSource(database, UnaryOperator.identity(), witness))
                    .publisher(publisher)
                    .workers(1)
                    .build()) {
                relay.start();

                assertThat(relay.drain(LONG)).isTrue();
                assertThat(publisher.texts()).containsExactly("1");
                assertThat(thrown).isTrue();
            }
        }
    }

    @Test
    void connection_thatIsGoneWithoutAWord_isGivenUpForAnother() throws Exception {
        try (Database database = Server.POSTGRESQL.create()) {
            SchemaInstaller.of(database).install(JdbcOutbox.SCHEMA);
            URI direct = URI.create(database.url().substring("jdbc:".length()));
            RecordingPublisher publisher = new RecordingPublisher();
            try (FaultProxy network = FaultProxy.to(direct.getHost(), direct.getPort());
                    FaultProxy other = FaultProxy.to(direct.getHost(), direct.getPort())) {
                Rerouted route = new Rerouted(database.url(), direct.getPort(), network.port());
                try (OutboxRelay relay = OutboxRelay.builder(route)
                        .publisher(publisher)
                        .timeToLive(Duration.ofSeconds(1))
                        .build()) {
                    relay.start();
                    add(database, message("a", "1"));
                    assertThat(relay.drain(LONG)).isTrue();

                    network.apply(NetworkFault.halfOpen()); // and never healed
                    route.to(other.port());
                    add(database, message("a", "2"));

                    assertThat(relay.drain(LONG)).isTrue();
                    assertThat(publisher.texts("a")).containsExactly("1", "2");
                }
            }
        }
    }
}
