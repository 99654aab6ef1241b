package dev.seawall.saga;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/** Attempts that run at once. The last one to end brings the outcomes of all. */
final class Round<S> {

    private final AtomicReferenceArray<Outcome<S>> outcomes;
    private final AtomicInteger open;
    private final Consumer<List<Outcome<S>>> done;

    Round(int size, Consumer<List<Outcome<S>>> done) {
        this.outcomes = new AtomicReferenceArray<>(size);
        this.open = new AtomicInteger(size);
        this.done = done;
    }

    /** Called once for each attempt: in time, or when its time was over. */
    void ended(int index, Outcome<S> outcome) {
        outcomes.set(index, outcome);
        if (open.decrementAndGet() == 0) {
            List<Outcome<S>> all = new ArrayList<>();
            for (int i = 0; i < outcomes.length(); i++) {
                all.add(outcomes.get(i));
            }
            done.accept(all);
        }
    }
}
