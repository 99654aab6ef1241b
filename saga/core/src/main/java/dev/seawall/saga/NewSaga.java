package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A saga to be started.
 *
 * @param key which
 * @param version of its definition
 * @param inputHash tells the input from others: 64 hexadecimal digits
 * @param state what its steps work on
 * @param progress what is begun already, in the engine's own form
 * @param step the step it begins with, for people
 * @param deadline from the start; {@code null} without one
 */
public record NewSaga(
        SagaKey key,
        int version,
        String inputHash,
        EncodedPayload state,
        String progress,
        @Nullable String step,
        @Nullable Duration deadline) {

    @Override
    public String toString() {
        return key + " v" + version + ", new";
    }
}
