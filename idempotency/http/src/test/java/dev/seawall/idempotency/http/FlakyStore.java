package dev.seawall.idempotency.http;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStoreException;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.StoredAnswer;
import java.time.Duration;
import java.util.UUID;

/** A store that can be down, and forget. */
final class FlakyStore implements IdempotencyStore {

    private volatile IdempotencyStore store = IdempotencyStore.inMemory(10_000);
    volatile boolean down;

    void forgetAll() {
        store = IdempotencyStore.inMemory(10_000);
    }

    private IdempotencyStore store() {
        if (down) {
            throw new IdempotencyStoreException("the store is down", null);
        }
        return store;
    }

    @Override
    public Claim claim(Key key, Fingerprint fingerprint, UUID token, Duration claimFor, Duration keepFor) {
        return store().claim(key, fingerprint, token, claimFor, keepFor);
    }

    @Override
    public boolean extend(Key key, UUID token, Duration claimFor) {
        return store().extend(key, token, claimFor);
    }

    @Override
    public boolean save(Key key, UUID token, String point, StoredAnswer result) {
        return store().save(key, token, point, result);
    }

    @Override
    public boolean complete(Key key, UUID token, StoredAnswer answer, Duration keepFor) {
        return store().complete(key, token, answer, keepFor);
    }

    @Override
    public boolean release(Key key, UUID token) {
        return store().release(key, token);
    }

    @Override
    public int purge(int most) {
        return store().purge(most);
    }
}
