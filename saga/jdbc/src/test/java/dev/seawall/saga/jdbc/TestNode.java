package dev.seawall.saga.jdbc;

import dev.seawall.saga.SagaStore;
import dev.seawall.saga.suite.Node;
import java.time.Duration;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A store on a wire that can be cut. */
record TestNode(Wire wire, SagaStore store) implements Node {

    static TestNode open(DataSource database, UnaryOperator<JdbcSagaStore.Builder> settings) {
        Wire wire = new Wire(database);
        JdbcSagaStore.Builder builder = JdbcSagaStore.builder(wire)
                .name("n")
                .closeTimeout(Duration.ofMillis(200))
                .timeToLive(Duration.ofSeconds(4));
        JdbcSagaStore store = settings.apply(builder).build();
        store.open(() -> {});
        return new TestNode(wire, store);
    }

    @Override
    public void die() {
        wire.kill();
    }
}
