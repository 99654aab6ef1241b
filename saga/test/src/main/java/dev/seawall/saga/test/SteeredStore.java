package dev.seawall.saga.test;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.CancelResult;
import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaCounts;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaLogEntry;
import dev.seawall.saga.SagaQuery;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaSignal;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite;
import dev.seawall.saga.SignalResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A node's store with points before and after each write at which the node can crash. A crashed node gets no answers any more, and
 * changes nothing.
 */
class SteeredStore implements SagaStore {

    private final SagaStore store;
    private final Crashes crashes;
    private boolean crashed;

    SteeredStore(SagaStore store, Crashes crashes) {
        this.store = store;
        this.crashes = crashes;
    }

    final void crash() {
        crashed = true;
    }

    final boolean isCrashed() {
        return crashed;
    }

    @Override
    public final boolean hasConnections() {
        return store.hasConnections();
    }

    @Override
    public final void open(Runnable wanted) {
        store.open(wanted);
    }

    @Override
    public final boolean isAlive() {
        return !crashed && store.isAlive();
    }

    @Override
    public final CompletionStage<Started> start(NewSaga saga) {
        try {
            crashes.point("before the start");
            CompletionStage<Started> answer = store.start(saga);
            crashes.point("after the start");
            return answer;
        } catch (Crashes.NodeCrashed crash) {
            return CompletableFuture.failedFuture(crash);
        }
    }

    @Override
    public final Started start(Connection connection, NewSaga saga) throws SQLException {
        return store.start(connection, saga);
    }

    @Override
    public List<SagaRecord> claim(Collection<SagaVersion> known, int most) {
        return crashed ? List.of() : store.claim(known, most);
    }

    @Override
    public final Optional<Duration> nextDue() {
        return crashed ? Optional.empty() : store.nextDue();
    }

    @Override
    public CompletionStage<Written> write(SagaWrite write) {
        if (crashed) {
            return new CompletableFuture<>();
        }
        try {
            crashes.point("before writing " + write);
            CompletionStage<Written> answer = store.write(write);
            crashes.point("after writing " + write);
            return answer;
        } catch (Crashes.NodeCrashed crash) {
            return new CompletableFuture<>(); // nobody is left to be answered
        }
    }

    @Override
    public final <X extends Exception> Written inTransaction(LocalWork<X> work) throws SQLException, X {
        return store.inTransaction(work);
    }

    @Override
    public List<SagaSignal> signals(SagaKey key) {
        return store.signals(key);
    }

    @Override
    public final SignalResult signal(SagaKey key, String name, EncodedPayload payload) {
        return store.signal(key, name, payload);
    }

    @Override
    public final CancelResult cancel(SagaKey key, String reason) {
        return store.cancel(key, reason);
    }

    @Override
    public final Optional<SagaRecord> find(SagaKey key) {
        return store.find(key);
    }

    @Override
    public final List<SagaRecord> find(SagaQuery query) {
        return store.find(query);
    }

    @Override
    public final List<SagaLogEntry> history(SagaKey key) {
        return store.history(key);
    }

    @Override
    public final Optional<SagaRecord> intervene(
            SagaKey key, String operator, SagaWrite.Entry action, Intervention change) {
        return store.intervene(key, operator, action, change);
    }

    @Override
    public final SagaCounts counts() {
        return store.counts();
    }

    @Override
    public final List<InUse> inUse() {
        return store.inUse();
    }

    @Override
    public final void close() {
        crashed = true;
        store.close();
    }
}
