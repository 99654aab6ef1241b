package dev.seawall.saga;

import dev.seawall.Durations;
import dev.seawall.payload.EncodedPayload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row of {@link InMemorySagas}: everything in it is guarded by their lock. */
final class InMemorySaga {

    final SagaKey key;
    final long number;
    final long startedAt;
    final List<SagaSignal> signals = new ArrayList<>();
    final List<SagaLogEntry> log = new ArrayList<>();
    SagaStatus status = SagaStatus.RUNNING;
    long epoch = 1;
    long rev;
    long dueAt;
    boolean cancelRequested;
    boolean signalled;
    boolean orphaned;

    @Nullable
    String owner;

    @Nullable
    String step;

    private final NewSaga first;
    private EncodedPayload state;
    private String progress;
    private int recoveries;
    private @Nullable String reason;

    InMemorySaga(NewSaga first, long number, long startedAt, Instant wallTime) {
        this.first = first;
        this.key = first.key();
        this.number = number;
        this.startedAt = startedAt;
        this.state = first.state();
        this.progress = first.progress();
        this.step = first.step();
        note(new SagaWrite.Entry(null, "started", 0, null), null, wallTime);
    }

    SagaVersion version() {
        return new SagaVersion(key.definition(), first.version());
    }

    void claimedBy(String node) {
        owner = node;
        epoch++;
        recoveries += orphaned ? 1 : 0;
        orphaned = false;
    }

    void write(SagaWrite write, String node, Instant at) {
        rev++;
        recoveries = 0;
        set(write.status(), write.state(), write.progress(), write.step(), write.reason());
        signals.removeIf(signal -> write.consumed().contains(signal.number()));
        write.log().forEach(entry -> note(entry, node, at));
    }

    void change(SagaStore.Change change) {
        rev++;
        epoch++;
        recoveries = 0;
        owner = null;
        set(change.status(), change.state(), change.progress(), change.step(), change.reason());
    }

    private void set(
            SagaStatus newStatus,
            EncodedPayload newState,
            String newProgress,
            @Nullable String newStep,
            @Nullable String newReason) {
        status = newStatus;
        state = newState;
        progress = newProgress;
        step = newStep;
        reason = newReason;
    }

    void note(SagaWrite.Entry entry, @Nullable String by, Instant at) {
        log.add(new SagaLogEntry(rev, at, by, epoch, entry));
    }

    SagaRecord record(long now) {
        Duration deadline = first.deadline();
        return new SagaRecord(
                key,
                first.version(),
                first.inputHash(),
                status,
                state,
                progress,
                step,
                reason,
                owner,
                epoch,
                rev,
                recoveries,
                cancelRequested,
                Duration.ofNanos(now - startedAt),
                deadline == null ? null : Duration.ofNanos(Durations.toNanos(deadline) - (now - startedAt)),
                owner != null || !status.isActive() ? null : Duration.ofNanos(dueAt - now));
    }
}
