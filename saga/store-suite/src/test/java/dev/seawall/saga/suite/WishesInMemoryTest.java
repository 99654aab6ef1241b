package dev.seawall.saga.suite;

import dev.seawall.ResilienceRuntime;
import dev.seawall.saga.InMemorySagas;
import dev.seawall.saga.SagaStore;

final class WishesInMemoryTest extends WishesSuite {

    private final InMemorySagas sagas = InMemorySagas.create(ResilienceRuntime.shared());
    private int nodes;

    @Override
    protected Node node() {
        String name = "n" + ++nodes;
        SagaStore store = sagas.node(name);
        store.open(() -> {});
        return new InMemoryNode(sagas, name, store);
    }

    @Override
    protected void end() {}
}
