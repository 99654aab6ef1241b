package dev.seawall.bulkhead;

import dev.seawall.bulkhead.Bench.Job;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A bulkhead as one would explain it: a list of calls that run and a list of calls that wait, one thread. */
final class ModelBulkhead {

    /** A call, and what has become of it. */
    static final class Entry {
        final int id;
        final Job job;
        final long waitsUntil;
        final String partition; // empty for none

        Entry(int id, Job job, long waitsUntil, String partition) {
            this.id = id;
            this.job = job;
            this.waitsUntil = waitsUntil;
            this.partition = partition;
        }
    }

    final List<Entry> running = new ArrayList<>();
    final List<Entry> waiting = new ArrayList<>(); // in the order in which they came
    final List<String> history = new ArrayList<>();
    int limit;
    int queue;
    long maxWait;
    QueueOrder order;
    Map<String, Integer> percent = Map.of();
    private final Set<String> everNamed = new HashSet<>();

    int inUse(String partition) {
        return weight(running, partition);
    }

    private static int weight(List<Entry> entries, String partition) {
        int weight = 0;
        for (Entry entry : entries) {
            weight += entry.partition.equals(partition) ? entry.job.weight() : 0;
        }
        return weight;
    }

    int share(String partition) {
        int percents = percent.getOrDefault(partition, 0);
        return percents == 0 ? 0 : Math.max(1, limit * percents / 100);
    }

    int inUse() {
        return running.stream().mapToInt(entry -> entry.job.weight()).sum();
    }

    void come(int id, Job job, long now) {
        Entry entry = new Entry(id, job, now + maxWait, partition(job));
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

    private String partition(Job job) {
        return !percent.isEmpty() && everNamed.contains(job.name()) ? job.name() : "";
    }

    /** The last of those whose partitions want more than their shares. */
    private Entry lastBeyondItsShare() {
        if (percent.isEmpty()) {
            return inOrder().get(waiting.size() - 1);
        }
        return inOrder().stream()
                .filter(entry -> inUse(entry.partition) + weight(waiting, entry.partition) > share(entry.partition))
                .reduce((one, other) -> other)
                .orElse(null);
    }

    private int wanted(String partition) {
        return inUse(partition) + weight(waiting, partition);
    }

    private void displace(Entry entry) {
        Entry last = lastBeyondItsShare();
        int wanted = wanted(entry.partition) + entry.job.weight();
        boolean goesBefore = last != null && (wanted <= share(entry.partition) || goesBefore(entry, last));
        displace(entry, last, goesBefore);
    }

    private boolean goesBefore(Entry entry, Entry last) {
        return order == QueueOrder.LIFO || order == QueueOrder.PRIORITY && entry.job.priority() > last.job.priority();
    }

    private void displace(Entry entry, Entry last, boolean goesBefore) {
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

    void configure(int newLimit, int newQueue, long newMaxWait, QueueOrder newOrder, Map<String, Integer> newPercent) {
        percent = newPercent;
        everNamed.addAll(newPercent.keySet());
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
        while (!waiting.isEmpty()) {
            Entry entry = next();
            if (inUse() + entry.job.weight() > limit) {
                return;
            }
            waiting.remove(entry);
            run(entry);
        }
    }

    /** The first whose partition has room for it in its share and nobody else before it, or else the first of all. */
    private Entry next() {
        List<Entry> inOrder = inOrder();
        Set<String> seen = new HashSet<>();
        for (Entry entry : percent.isEmpty() ? List.<Entry>of() : inOrder) {
            if (seen.add(entry.partition) && inUse(entry.partition) + entry.job.weight() <= share(entry.partition)) {
                return entry;
            }
        }
        return inOrder.get(0);
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
