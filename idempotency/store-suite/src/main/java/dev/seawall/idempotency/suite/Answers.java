package dev.seawall.idempotency.suite;

import dev.seawall.idempotency.StoredAnswer;
import dev.seawall.payload.EncodedPayload;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Answers to store. */
final class Answers {

    private Answers() {}

    static StoredAnswer text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    static StoredAnswer bytes(byte[] bytes) {
        return StoredAnswer.of(EncodedPayload.of("test", 3, "application/octet-stream", bytes));
    }

    /** Every byte there is, and no pattern. */
    static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new SplittableRandom(42).nextBytes(noise);
        return noise;
    }
}
