package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.sql.Connection;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node's view of {@link InMemorySagas}. */
final class InMemorySagaStore implements SagaStore {

    private final InMemorySagas sagas;
    private final String node;
    private volatile boolean closed;
    private volatile Runnable wanted = () -> {};

    InMemorySagaStore(InMemorySagas sagas, String node) {
        this.sagas = sagas;
        this.node = node;
    }

    void wake() {
        wanted.run();
    }

    @Override
    public boolean hasConnections() {
        return false;
    }

    @Override
    public void open(Runnable whenWanted) {
        this.wanted = whenWanted;
        sagas.open(this);
    }

    @Override
    public boolean isAlive() {
        return !closed;
    }

    @Override
    public CompletionStage<Started> start(NewSaga saga) {
        return closed ? refused() : CompletableFuture.completedFuture(sagas.start(saga, node));
    }

    private static <T> CompletionStage<T> refused() {
        return CompletableFuture.failedFuture(new SagaStoreException("the store in memory is closed", null));
    }

    @Override
    public Started start(Connection connection, NewSaga saga) {
        throw noConnections();
    }

    private static UnsupportedOperationException noConnections() {
        return new UnsupportedOperationException("sagas in memory have no database: local steps need a store on one");
    }

    @Override
    public List<SagaRecord> claim(Collection<SagaVersion> known, int most) {
        return closed ? List.of() : sagas.claim(node, known, most);
    }

    @Override
    public Optional<Duration> nextDue() {
        return sagas.nextDue();
    }

    @Override
    public CompletionStage<Written> write(SagaWrite write) {
        return closed ? refused() : CompletableFuture.completedFuture(sagas.write(write, node));
    }

    @Override
    public <X extends Exception> Written inTransaction(LocalWork<X> work) {
        throw noConnections();
    }

    @Override
    public List<SagaSignal> signals(SagaKey key) {
        return sagas.signals(key);
    }

    @Override
    public SignalResult signal(SagaKey key, String name, EncodedPayload payload) {
        return sagas.signal(key, name, payload);
    }

    @Override
    public CancelResult cancel(SagaKey key, String reason) {
        return sagas.cancel(key, reason, node);
    }

    @Override
    public Optional<SagaRecord> find(SagaKey key) {
        return sagas.find(key);
    }

    @Override
    public List<SagaRecord> find(SagaQuery query) {
        return sagas.find(query);
    }

    @Override
    public List<SagaLogEntry> history(SagaKey key) {
        return sagas.history(key);
    }

    @Override
    public Optional<SagaRecord> intervene(SagaKey key, String operator, SagaWrite.Entry action, Intervention change) {
        return sagas.intervene(key, operator, action, change);
    }

    @Override
    public SagaCounts counts() {
        return sagas.counts();
    }

    @Override
    public List<InUse> inUse() {
        return sagas.inUse();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            sagas.close(this, node);
        }
    }
}
