package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A store that hands everything on. */
class ForwardingStore implements SagaStore {

    private final SagaStore store;

    ForwardingStore(SagaStore store) {
        this.store = store;
    }

    @Override
    public boolean hasConnections() {
        return store.hasConnections();
    }

    @Override
    public void open(Runnable wanted) {
        store.open(wanted);
    }

    @Override
    public boolean isAlive() {
        return store.isAlive();
    }

    @Override
    public CompletionStage<Started> start(NewSaga saga) {
        return store.start(saga);
    }

    @Override
    public Started start(Connection connection, NewSaga saga) throws SQLException {
        return store.start(connection, saga);
    }

    @Override
    public List<SagaRecord> claim(Collection<SagaVersion> known, int most) {
        return store.claim(known, most);
    }

    @Override
    public Optional<Duration> nextDue() {
        return store.nextDue();
    }

    @Override
    public CompletionStage<Written> write(SagaWrite write) {
        return store.write(write);
    }

    @Override
    public <X extends Exception> Written inTransaction(LocalWork<X> work) throws SQLException, X {
        return store.inTransaction(work);
    }

    @Override
    public List<SagaSignal> signals(SagaKey key) {
        return store.signals(key);
    }

    @Override
    public SignalResult signal(SagaKey key, String name, EncodedPayload payload) {
        return store.signal(key, name, payload);
    }

    @Override
    public CancelResult cancel(SagaKey key, String reason) {
        return store.cancel(key, reason);
    }

    @Override
    public Optional<SagaRecord> find(SagaKey key) {
        return store.find(key);
    }

    @Override
    public List<SagaRecord> find(SagaQuery query) {
        return store.find(query);
    }

    @Override
    public List<SagaLogEntry> history(SagaKey key) {
        return store.history(key);
    }

    @Override
    public Optional<SagaRecord> intervene(SagaKey key, String operator, SagaWrite.Entry action, Intervention change) {
        return store.intervene(key, operator, action, change);
    }

    @Override
    public SagaCounts counts() {
        return store.counts();
    }

    @Override
    public List<InUse> inUse() {
        return store.inUse();
    }

    @Override
    public void close() {
        store.close();
    }
}
