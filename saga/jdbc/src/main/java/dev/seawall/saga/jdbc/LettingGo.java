package dev.seawall.saga.jdbc;

import dev.seawall.saga.SagaWrite;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether a write ends the ownership of its saga, and until when it then waits. */
final class LettingGo {

    private LettingGo() {}

    static boolean letsGo(SagaWrite write) {
        return write.wakeIn() != null || !write.status().isActive();
    }

    /** {@code null} if it does not wait. */
    static @Nullable Long wakeMicros(SagaWrite write) {
        Duration wakeIn = write.wakeIn();
        return wakeIn == null || !write.status().isActive() ? null : Long.valueOf(Sql.micros(wakeIn));
    }
}
