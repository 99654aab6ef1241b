package dev.seawall.idempotency.suite;

import dev.seawall.idempotency.IdempotencyStore;
import dev.seawall.idempotency.Key;
import dev.seawall.test.SeededRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What several threads asked of a store about one key, and when: a recorded history, and the search of Wing and Gong for an order
 * of its operations in which a store that does one thing after another would have answered just so. An operation that ended before
 * another began comes before it in every order that is tried.
 */
final class History {

    private static final int THREADS = 3;
    private static final int OPERATIONS = 4; // of each thread

    private record Entry(Operation operation, String answer, int began, int ended) {

        @Override
        public String toString() {
            return began + "–" + ended + " " + operation + " → " + answer;
        }
    }

    private record Seen(Model model, long done) {}

    private final List<Entry> entries;
    private final Set<Seen> dead = new HashSet<>(); // from there, no order leads to the end

    private History(List<Entry> entries) {
        this.entries = entries;
    }

    /** Lets threads work on a new key, all at once. */
    static History record(IdempotencyStore store, ExecutorService threads, SeededRandom random) throws Exception {
        Key key = Key.of("history", UUID.randomUUID().toString());
        UUID[] tokens = {UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()};
        AtomicInteger clock = new AtomicInteger();
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Callable<List<Entry>>> workers = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            List<Operation> operations = new ArrayList<>();
            for (int i = 0; i < OPERATIONS; i++) {
                operations.add(Operation.random(random, tokens.length));
            }
            workers.add(() -> {
                start.await(60, TimeUnit.SECONDS);
                List<Entry> mine = new ArrayList<>();
                for (Operation operation : operations) {
                    int began = clock.incrementAndGet();
                    String answer = operation.on(store, key, tokens);
                    mine.add(new Entry(operation, answer, began, clock.incrementAndGet()));
                }
                return mine;
            });
        }
        List<Entry> all = new ArrayList<>();
        for (Future<List<Entry>> worker : threads.invokeAll(workers)) {
            all.addAll(worker.get());
        }
        return new History(all);
    }

    boolean isLinearizable() {
        return leadsToTheEnd(Model.EMPTY, 0);
    }

    private boolean leadsToTheEnd(Model model, long done) {
        if (done == (1L << entries.size()) - 1) {
            return true;
        }
        Seen here = new Seen(model, done);
        if (dead.contains(here)) {
            return false;
        }
        int firstEnd = firstEnd(done);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if ((done & 1L << i) == 0 && entry.began < firstEnd) {
                Model.Step step = model.apply(entry.operation);
                if (step.answer().equals(entry.answer) && leadsToTheEnd(step.after(), done | 1L << i)) {
                    return true;
                }
            }
        }
        dead.add(here);
        return false;
    }

    /** What began after this cannot come next. */
    private int firstEnd(long done) {
        int first = Integer.MAX_VALUE;
        for (int i = 0; i < entries.size(); i++) {
            if ((done & 1L << i) == 0) {
                first = Math.min(first, entries.get(i).ended);
            }
        }
        return first;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        entries.stream()
                .sorted((a, b) -> Integer.compare(a.began, b.began))
                .forEach(entry -> text.append(entry).append('\n'));
        return text.toString();
    }
}
