package dev.seawall.saga;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.seawall.VirtualRuntime;
import dev.seawall.saga.SagaStore.LocalWork;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits for signals, on a store that has local steps and now and then cannot be asked for signals. */
final class SagaWaitTest {

    private final VirtualRuntime runtime = VirtualRuntime.create();
    private final SagaStore store = InMemorySagas.create(runtime).node("node");
    private final AtomicInteger failures = new AtomicInteger();
    private final Saga<String> saga = Saga.define("order", 1, String.class)
            .step("a")
            .runInTransaction((state, connection) -> state + "a")
            .await("paid", String.class, ofMinutes(5))
            .fold((state, signal) -> state + signal)
            .build();
    private final SagaEngine engine = SagaEngine.builder(steered())
            .runtime(runtime)
            .register(saga)
            .build()
            .start();

    @AfterEach
    void close() {
        engine.close();
    }

    private SagaStore steered() {
        return (SagaStore) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {SagaStore.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "hasConnections" -> true;
                    case "inTransaction" -> locally((LocalWork<?>) arguments[0]);
                    case "signals" -> {
                        if (failures.getAndDecrement() > 0) {
                            throw new SagaStoreException("the store could not look for signals", null);
                        }
                        yield invoke(method, arguments);
                    }
                    default -> invoke(method, arguments);
                });
    }

    private SagaStore.Written locally(LocalWork<?> work) throws Exception {
        Connection connection = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> null);
        return store.write(work.on(connection)).toCompletableFuture().join();
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    @Test
    void await_signalsCannotBeAskedFor_looksAgain() {
        failures.set(3);
        SagaHandle<String> handle = engine.start(saga, SagaId.of("1"), "");
        engine.signal(handle.key(), "paid", "yes");

        SagaResult<String> result = handle.await();

        assertThat(result).isEqualTo(new SagaResult.Completed<>("ayes"));
    }

    @Test
    void await_behindALocalStep_historyTellsThatStepOnce() {
        SagaHandle<String> handle = engine.start(saga, SagaId.of("1"), "");
        engine.signal(handle.key(), "paid", "yes");

        handle.await();

        assertThat(store.history(handle.key()))
                .filteredOn(line -> line.entry().kind().equals("done")
                        && "a".equals(line.entry().step()))
                .hasSize(1);
    }
}
