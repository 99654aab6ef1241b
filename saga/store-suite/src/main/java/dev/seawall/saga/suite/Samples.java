package dev.seawall.saga.suite;

import dev.seawall.payload.EncodedPayload;
import dev.seawall.saga.NewSaga;
import dev.seawall.saga.SagaId;
import dev.seawall.saga.SagaKey;
import dev.seawall.saga.SagaRecord;
import dev.seawall.saga.SagaStatus;
import dev.seawall.saga.SagaVersion;
import dev.seawall.saga.SagaWrite;
import dev.seawall.saga.SagaWrite.Entry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sagas to store, and writes on them. */
public final class Samples {

    public static final String ORDERS = "create-order";
    public static final SagaVersion V1 = new SagaVersion(ORDERS, 1);
    public static final List<SagaVersion> KNOWN = List.of(V1);

    private Samples() {}

    public static SagaKey key(String id) {
        return new SagaKey(ORDERS, SagaId.of(id));
    }

    public static EncodedPayload payload(String text) {
        return EncodedPayload.of("order", 1, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }

    public static NewSaga saga(String id) {
        return saga(V1, id);
    }

    public static NewSaga saga(SagaVersion version, String id) {
        return new NewSaga(
                new SagaKey(version.definition(), SagaId.of(id)),
                version.version(),
                "a".repeat(64),
                payload("new"),
                "begun",
                "reserve",
                Duration.ofHours(1));
    }

    /** The owner goes on. */
    public static SagaWrite next(SagaRecord saga) {
        return write(saga, SagaStatus.RUNNING, null);
    }

    /** The owner lets go. */
    public static SagaWrite waiting(SagaRecord saga, Duration wakeIn) {
        return write(saga, SagaStatus.RUNNING, wakeIn);
    }

    public static SagaWrite ended(SagaRecord saga) {
        return write(saga, SagaStatus.COMPLETED, null);
    }

    public static SagaWrite write(SagaRecord saga, SagaStatus status, @Nullable Duration wakeIn) {
        return new SagaWrite(
                saga.key(),
                saga.epoch(),
                saga.rev(),
                status,
                payload("after " + saga.rev()),
                "progress " + saga.rev(),
                "pay",
                null,
                wakeIn,
                List.of(),
                List.of(new Entry("reserve", "done", 1, null), new Entry("pay", "begun", 1, "näxt\n")));
    }

    public static SagaWrite consuming(SagaWrite write, List<Long> signals) {
        return new SagaWrite(
                write.key(),
                write.epoch(),
                write.rev(),
                write.status(),
                write.state(),
                write.progress(),
                write.step(),
                write.reason(),
                write.wakeIn(),
                signals,
                write.log());
    }

    public static SagaWrite with(SagaWrite write, @Nullable String reason, List<Entry> log) {
        return new SagaWrite(
                write.key(),
                write.epoch(),
                write.rev(),
                write.status(),
                write.state(),
                write.progress(),
                write.step(),
                reason,
                write.wakeIn(),
                write.consumed(),
                log);
    }
}
