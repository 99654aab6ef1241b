package dev.seawall.saga.suite;

import dev.seawall.saga.InMemorySagas;
import dev.seawall.saga.SagaStore;

/** Its store does not notice that it is dead: it is told when it writes. */
record InMemoryNode(InMemorySagas sagas, String name, SagaStore store) implements Node {

    @Override
    public void die() {
        sagas.expire(name);
    }
}
