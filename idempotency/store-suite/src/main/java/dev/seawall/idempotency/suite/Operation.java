package dev.seawall.idempotency.suite;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.IdempotencyStore.Claim;
import dev.seawall.idempotency.IdempotencyStore.Completed;
import dev.seawall.idempotency.IdempotencyStore.Granted;
import dev.seawall.idempotency.IdempotencyStore.Held;
import dev.seawall.idempotency.Key;
import dev.seawall.test.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;

/** Something asked of a store about one key, small enough to be tried in every order. */
record Operation(Kind kind, int token, int content) {

    enum Kind {
        CLAIM,
        EXTEND,
        SAVE,
        COMPLETE,
        RELEASE
    }

    private static final int CONTENTS = 2;
    private static final Duration LONG = Duration.ofHours(1); // so that no claim lapses and no record ends

    static Operation random(SeededRandom random, int tokens) {
        Kind kind = random.chance(0.4) ? Kind.CLAIM : Kind.values()[random.nextInt(Kind.values().length)];
        return new Operation(kind, random.nextInt(tokens), random.nextInt(CONTENTS));
    }

    /** Asks the store. What it answers is a text that a {@link Model} writes just so. */
    String on(IdempotencyStore store, Key key, UUID[] tokens) {
        UUID mine = tokens[token];
        return switch (kind) {
            case CLAIM -> text(store.claim(key, Fingerprint.of("request " + content), mine, LONG, LONG));
            case EXTEND -> String.valueOf(store.extend(key, mine, LONG));
            case SAVE -> String.valueOf(store.save(key, mine, "point-" + content, Answers.text("result")));
            case COMPLETE -> String.valueOf(store.complete(key, mine, Answers.text(answer()), LONG));
            case RELEASE -> String.valueOf(store.release(key, mine));
        };
    }

    String answer() {
        return "answer " + token + "/" + content;
    }

    private static String text(Claim claim) {
        if (claim instanceof Granted granted) {
            return "granted " + new TreeSet<>(granted.points().keySet()) + (granted.takenOver() ? " taken over" : "");
        }
        if (claim instanceof Completed completed) {
            byte[] answer = Objects.requireNonNull(completed.answer().payload()).bytes();
            return "completed " + new String(answer, StandardCharsets.UTF_8);
        }
        return claim instanceof Held ? "held" : "mismatched";
    }
}
