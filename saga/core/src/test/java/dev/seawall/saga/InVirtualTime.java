package dev.seawall.saga;

import dev.seawall.VirtualRuntime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What tests of engines on one store in memory share, in virtual time. States are texts that steps append to. */
abstract class InVirtualTime {

    final VirtualRuntime runtime = VirtualRuntime.create();
    final InMemorySagas sagas = InMemorySagas.create(runtime);
    final List<String> calls = new ArrayList<>();
    final List<SagaEngine> engines = new ArrayList<>();

    @AfterEach
    void close() {
        engines.forEach(SagaEngine::close);
    }

    /** On a node of its own. */
    final SagaEngine engine(Saga<?> definition) {
        SagaEngine engine = SagaEngine.builder(sagas.node("node-" + engines.size()))
                .runtime(runtime)
                .register(definition)
                .build()
                .start();
        engines.add(engine);
        return engine;
    }

    static SagaBuilder<String> define() {
        return Saga.define("order", 1, String.class);
    }

    final SagaAction<String, String> does(String name) {
        return (state, context) -> {
            calls.add(name);
            return state + name;
        };
    }

    final SagaCompensation<String> undoes(String name) {
        return (state, context) -> calls.add("-" + name);
    }
}
