package dev.seawall.bulkhead;

import dev.seawall.bulkhead.Bench.Job;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** A bulkhead as one would explain it: a list of calls that run and a list of calls that wait, one thread. */
final class ModelBulkhead {

    /** A call, and what has become of it. */
    static final class Entry {
        final int id;
        final Job job;
        final long waitsUntil;

        Entry(int id, Job job, long waitsUntil) {
            this.id = id;
            this.job = job;
            this.waitsUntil = waitsUntil;
        }
    }

    final List<Entry> running = new ArrayList<>();
    final List<Entry> waiting = new ArrayList<>(); // in the order in which they came
    final List<String> history = new ArrayList<>();
    int limit;
    int queue;
    long maxWait;
    QueueOrder order;

    int inUse() {
        return running.stream().mapToInt(entry -> entry.job.weight()).sum();
    }

    void come(int id, Job job, long now) {
        Entry entry = new Entry(id, job, now + maxWait);
        if (waiting.isEmpty() && inUse() + job.weight() <= limit) {
            run(entry);
        } else if (job.weight() > limit || queue == 0 || maxWait == 0) {
            history.add("rejected " + id);
        } else if (waiting.size() < queue) {
            waiting.add(entry);
            serve();
        } else {
            displace(entry);
        }
    }

    private void displace(Entry entry) {
        Entry last = inOrder().get(waiting.size() - 1);
        boolean goesBefore =
                order == QueueOrder.LIFO || order == QueueOrder.PRIORITY && entry.job.priority() > last.job.priority();
        if (!goesBefore) {
            history.add("rejected " + entry.id);
            return;
        }
        waiting.remove(last);
        waiting.add(entry);
        serve();
        history.add("rejected " + last.id);
    }

    private void run(Entry entry) {
        running.add(entry);
        history.add("started " + entry.id);
    }

    void end(int id) {
        if (running.removeIf(entry -> entry.id == id)) {
            serve();
        }
    }

    void cancel(int id) {
        if (running.removeIf(entry -> entry.id == id) || waiting.removeIf(entry -> entry.id == id)) {
            serve();
        }
    }

    void timePasses(long now) {
        List<Entry> over = waiting.stream()
                .filter(entry -> entry.waitsUntil <= now)
                .sorted(Comparator.comparingLong(entry -> entry.waitsUntil))
                .toList();
        for (Entry entry : over) {
            if (waiting.remove(entry)) {
                serve();
                history.add("rejected " + entry.id);
            }
        }
    }

    void configure(int newLimit, int newQueue, long newMaxWait, QueueOrder newOrder) {
        limit = newLimit;
        queue = newQueue;
        maxWait = newMaxWait;
        order = newOrder;
        List<Entry> tooHeavy =
                inOrder().stream().filter(entry -> entry.job.weight() > limit).toList();
        waiting.removeAll(tooHeavy);
        serve();
        tooHeavy.forEach(entry -> history.add("rejected " + entry.id));
    }

    private void serve() {
        for (Entry entry : inOrder()) {
            if (inUse() + entry.job.weight() > limit) {
                return;
            }
            waiting.remove(entry);
            run(entry);
        }
    }

    private List<Entry> inOrder() {
        List<Entry> ordered = new ArrayList<>(waiting);
        if (order == QueueOrder.LIFO) {
            Collections.reverse(ordered);
        } else if (order == QueueOrder.PRIORITY) {
            ordered.sort(Comparator.comparingInt((Entry entry) -> entry.job.priority())
                    .reversed()); // a stable sort
        }
        return ordered;
    }
}
