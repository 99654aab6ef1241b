package dev.seawall.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.seawall.testdatabases.Database;
import dev.seawall.testdatabases.Server;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One suite on every database. */
abstract class PartitionLeasesTck {

    private static final Duration TTL = Duration.ofSeconds(1);

    private final Database database;

    PartitionLeasesTck(Server server) {
        this.database = server.create();
    }

    @BeforeEach
    void install() {
        SchemaInstaller.of(database).install();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private PartitionLeases node(String name) {
        return PartitionLeases.builder(database, "test")
                .name(name)
                .partitions(8, "test-hash")
                .timeToLive(TTL)
                .build();
    }

    @Test
    void start_aloneNode_getsAllPartitionsAtOnce() {
        try (var node = node("a")) {
            node.start();

            assertThat(node.held()).hasSize(8).allMatch(Lease::isHeld).allMatch(lease -> lease.epoch() == 1);
        }
    }

    @Test
    void start_secondNode_getsHalfOnceTheFirstReleases() {
        try (var a = node("a");
                var b = node("b")) {
            a.start();
            b.start();
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                a.held().stream().filter(Lease::isWantedElsewhere).forEach(Lease::release);
                assertThat(a.held()).hasSize(4);
                assertThat(b.held()).hasSize(4).allMatch(lease -> lease.epoch() == 2);
            });
            assertThat(partitions(a.held(), b.held())).hasSize(8);
        }
    }

    @Test
    void close_ofOne_givesAllToTheOther() {
        var a = node("a");
        try (var b = node("b")) {
            a.start();
            b.start();
            a.close();

            await().atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(b.held()).hasSize(8));
        }
    }

    @Test
    void heartbeat_fromANodeWhoseRowExpired_losesAllAndComesBackAsAnother() {
        try (var node = node("a")) {
            node.start();
            List<Lease> before = node.held();
            database.execute("UPDATE " + Tables.standard().in("{node} SET lease_until = 0", dialect()));

            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThat(before).noneMatch(Lease::isHeld);
                assertThat(node.held()).hasSize(8).allMatch(Lease::isHeld).allMatch(lease -> lease.epoch() == 2);
            });
            assertThat(node.held().get(0).node()).isNotEqualTo(before.get(0).node());
        }
    }

    @Test
    void start_withAnotherHash_isRefused() {
        try (var a = node("a");
                var other = PartitionLeases.builder(database, "test")
                        .partitions(8, "another-hash")
                        .build()) {
            a.start();

            assertThatThrownBy(other::start)
                    .isInstanceOf(DatabaseException.class)
                    .hasMessageContaining("test-hash")
                    .hasMessageContaining("all nodes must agree");
        }
    }

    private Dialect dialect() {
        try (var connection = database.getConnection()) {
            return Dialect.of(connection);
        } catch (java.sql.SQLException failure) {
            throw new AssertionError(failure);
        }
    }

    private static Set<Integer> partitions(List<Lease> some, List<Lease> others) {
        Set<Integer> all = new HashSet<>();
        some.forEach(lease -> all.add(lease.partition()));
        others.forEach(lease -> all.add(lease.partition()));
        return all;
    }
}
