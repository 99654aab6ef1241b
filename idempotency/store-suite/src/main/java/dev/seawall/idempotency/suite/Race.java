package dev.seawall.idempotency.suite;

import dev.seawall.idempotency.Fingerprint;
import dev.seawall.idempotency.Idempotency;
import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.Key;
import dev.seawall.idempotency.Outcome;
import dev.seawall.idempotency.Outcome.Executed;
import dev.seawall.idempotency.Outcome.InProgress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Many callers who all send the same requests, each until it has all answers. */
final class Race {

    private static final int CALLERS = 16;
    private static final int TOGETHER = 4;

    private final Idempotency idempotency;
    private final List<Key> keys = new ArrayList<>();
    private final AtomicIntegerArray runs;
    private final AtomicIntegerArray executed;

    Race(IdempotencyStore store, int keys) {
        // A claim that lapses while a busy machine stands still would be taken over, as it should.
        this.idempotency =
                Idempotency.builder(store).claimFor(Duration.ofHours(1)).build();
        String race = UUID.randomUUID().toString();
        for (int i = 0; i < keys; i++) {
            this.keys.add(Key.of("race", race + "/" + i));
        }
        this.runs = new AtomicIntegerArray(keys);
        this.executed = new AtomicIntegerArray(keys);
    }

    /** The keys of which something went wrong. */
    List<String> run() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Callable<byte[][]>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int start = keys.size() * (i / TOGETHER) / (CALLERS / TOGETHER);
                callers.add(() -> allAnswers(start));
            }
            List<byte[][]> answers = new ArrayList<>();
            for (Future<byte[][]> caller : threads.invokeAll(callers)) {
                answers.add(caller.get());
            }
            return wrong(answers);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Those who start together race for every key; the others find some of them answered. */
    private byte[][] allAnswers(int start) {
        byte[][] answers = new byte[keys.size()][];
        Queue<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < keys.size(); i++) {
            open.add((start + i) % keys.size());
        }
        while (!open.isEmpty()) {
            int i = open.remove();
            Outcome<byte[]> outcome = idempotency.execute(keys.get(i), Fingerprint.of("request " + i), execution -> {
                int run = runs.incrementAndGet(i);
                return ("answer " + i + " of run " + run).getBytes(StandardCharsets.UTF_8);
            });
            if (outcome instanceof InProgress) {
                open.add(i);
            } else {
                answers[i] = outcome.valueOrThrow();
                if (outcome instanceof Executed) {
                    executed.incrementAndGet(i);
                }
            }
        }
        return answers;
    }

    private List<String> wrong(List<byte[][]> answers) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            byte[] expected = ("answer " + i + " of run 1").getBytes(StandardCharsets.UTF_8);
            int key = i;
            boolean same = answers.stream().allMatch(caller -> Arrays.equals(caller[key], expected));
            if (runs.get(i) != 1 || executed.get(i) != 1 || !same) {
                wrong.add("key " + i + ": " + runs.get(i) + " runs, answers " + (same ? "equal" : "different"));
            }
        }
        return wrong;
    }
}
