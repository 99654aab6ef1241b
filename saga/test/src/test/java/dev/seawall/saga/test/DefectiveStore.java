package dev.seawall.saga.test;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaSignal;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaStore;
import dev.seawall.saga.SagaWrite;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Changes what an engine writes and reads as a broken engine or store would. */
final class DefectiveStore extends SteeredStore {

    private final Defect defect;

    DefectiveStore(SagaStore store, Crashes crashes, Defect defect) {
        super(store, crashes);
        this.defect = defect;
    }

    @Override
    public CompletionStage<Written> write(SagaWrite write) {
        SagaRecord old = find(write.key()).orElseThrow();
        if (defect == Defect.DEADLINE_STOPS_COMPENSATION && isLate(old) && write.status() == SagaStatus.COMPENSATING) {
            return super.write(ended(write)).thenApply(given -> Written.FENCED); // nobody goes on with it
        }
        return super.write(
                switch (defect) {
                    case NO_FENCE -> with(write, old.epoch(), old.rev());
                    case NO_INTENT -> progress(write, write.progress().replaceAll("\n\\S+ begun 0(?= |\n)[^\n]*", ""));
                    case PIVOT_COMPENSATED ->
                        write.status() == SagaStatus.PAST_PIVOT && write.wakeIn() != null
                                ? progress(write, write.progress() + "#cause " + base64("failed") + "\n")
                                : write;
                    case ATTEMPTS_FORGOTTEN ->
                        progress(write, write.progress().replaceAll("\n(\\S+) begun \\d+", "\n$1 begun 0"));
                    case RESULT_LOST -> write.status() == SagaStatus.RUNNING ? state(write, old.state()) : write;
                    case WAKE_LOST -> write.wakeIn() != null ? wake(write, Duration.ofDays(400)) : write;
                    default -> write;
                });
    }

    @Override
    public List<SagaSignal> signals(SagaKey key) {
        return defect == Defect.SIGNAL_MISSED ? List.of() : super.signals(key);
    }

    private static boolean isLate(SagaRecord saga) {
        Duration left = saga.deadlineIn();
        return left != null && (left.isNegative() || left.isZero());
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static SagaWrite with(SagaWrite write, long epoch, long rev) {
        return of(write, epoch, rev, write.status(), write.state(), write.progress(), write.wakeIn());
    }

    private static SagaWrite progress(SagaWrite write, String progress) {
        return of(write, write.epoch(), write.rev(), write.status(), write.state(), progress, write.wakeIn());
    }

    private static SagaWrite ended(SagaWrite write) {
        return of(write, write.epoch(), write.rev(), SagaStatus.ABANDONED, write.state(), write.progress(), null);
    }

    private static SagaWrite state(SagaWrite write, EncodedPayload state) {
        return of(write, write.epoch(), write.rev(), write.status(), state, write.progress(), write.wakeIn());
    }

    private static SagaWrite wake(SagaWrite write, Duration wakeIn) {
        return of(write, write.epoch(), write.rev(), write.status(), write.state(), write.progress(), wakeIn);
    }

    private static SagaWrite of(
            SagaWrite write,
            long epoch,
            long rev,
            SagaStatus status,
            EncodedPayload state,
            String progress,
            @Nullable Duration wakeIn) {
        return new SagaWrite(
                write.key(),
                epoch,
                rev,
                status,
                state,
                progress,
                write.step(),
                write.reason(),
                wakeIn,
                write.consumed(),
                write.log());
    }
}
