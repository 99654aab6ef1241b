package dev.seawall.idempotency.suite;

import dev.seawall.idempotency.IdempotencyStore;

final class InMemoryStoreTest extends StoreSuite {

    private final IdempotencyStore store = IdempotencyStore.inMemory(20_000);

    @Override
    protected IdempotencyStore store() {
        return store;
    }

    @Override
    protected int histories() {
        return 2_000;
    }
}
