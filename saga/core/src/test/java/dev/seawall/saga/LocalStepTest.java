package dev.seawall.saga;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.Backoff;
import dev.seawall.VirtualRuntime;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine makes of local steps; that they are atomic is the store's to show. */
final class LocalStepTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final List<String> calls = new ArrayList<>();

    private SagaResult<String> run(Saga<String> saga, int writes) {
        SagaStore store = new WithConnections(InMemorySagas.create(runtime).node("n"));
        try (SagaEngine engine = SagaEngine.builder(store)
                .register(saga)
                .runtime(runtime)
                .build()
                .start()) {
            SagaResult<String> result = engine.start(saga, SagaId.of("1"), "").await(ofMinutes(10));
            assertThat(engine.snapshot().writes()).isEqualTo(writes);
            return result;
        }
    }

    @Test
    void localSteps_allSucceed_areOneWriteEach() {
        Saga<String> saga = Saga.define("local", 1, String.class)
                .step("a")
                .runInTransaction((state, connection) -> state + "a")
                .step("b")
                .runInTransaction((state, connection) -> state + "b")
                .step("c")
                .run((state, context) -> state + "c")
                .step("d")
                .runInTransaction((state, connection) -> state + "d")
                .build();

        SagaResult<String> result = run(saga, 5); // start, a, b with the intent of c, c, d with the end

        assertThat(result).isEqualTo(new SagaResult.Completed<>("abcd"));
    }

    @Test
    void localStep_fails_hadNoEffectAndIsNotCompensated() {
        Saga<String> saga = Saga.define("local", 1, String.class)
                .step("a")
                .runInTransaction((state, connection) -> state + "a")
                .compensateInTransaction((state, connection) -> calls.add("-a"))
                .step("b")
                .runInTransaction((state, connection) -> {
                    calls.add("b");
                    throw new SQLException("refused");
                })
                .compensateInTransaction((state, connection) -> calls.add("-b"))
                .retry(Backoff.none(), 2)
                .build();

        SagaResult<String> result = run(saga, 7); // start, a, b, its failure, b, its failure, undo of a with the end

        assertThat(result).isInstanceOf(SagaResult.Compensated.class);
        assertThat(calls).containsExactly("b", "b", "-a");
    }

    /** A store in memory with transactions that are never rolled back. */
    private static final class WithConnections extends ForwardingStore {

        WithConnections(SagaStore store) {
            super(store);
        }

        @Override
        public boolean hasConnections() {
            return true;
        }

        @Override
        public <X extends Exception> Written inTransaction(LocalWork<X> work) throws SQLException, X {
            Connection connection = (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(),
                    new Class<?>[] {Connection.class},
                    (proxy, method, args) -> null);
            return write(work.on(connection)).toCompletableFuture().join();
        }
    }
}
