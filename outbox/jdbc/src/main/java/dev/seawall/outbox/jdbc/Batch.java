package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.ResilienceRuntime;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Messages in no order that are published together, and how they ended. Ends arrive on any thread. */
final class Batch {

    private static final Object CONFIRMED = new Object();

    private final RelaySettings settings;
    private final Availability availability;
    private final Map<Row, Object> ends = new ConcurrentHashMap<>(); // a failure, or CONFIRMED
    private final AtomicInteger underWay = new AtomicInteger();
    private final List<Row> sent = new ArrayList<>();
    private final List<Row> confirmed = new ArrayList<>();
    private final Map<Row, Throwable> failed = new LinkedHashMap<>();

    Batch(RelaySettings settings, Availability availability) {
        this.settings = settings;
        this.availability = availability;
    }

    /**
     * Publishes, and waits for the ends. What has none within the time for a confirmation has failed; what has none when the
     * worker must stop has not.
     */
    void publish(Publisher publisher, List<Row> rows, LongSupplier stopAt) throws InterruptedException {
        ResilienceRuntime runtime = settings.runtime();
        Thread waiting = Thread.currentThread();
        for (Row row : rows) {
            send(publisher, row, waiting);
            if (ends.get(row) instanceof PublisherUnavailableException) {
                break; // the others would fare no better
            }
        }
        publisher.flush();
        long until = Durations.plus(runtime.now(), Durations.toNanos(settings.publishTimeout()));
        boolean open = true;
        while (open && underWay.get() > 0) {
            long stop = stopAt.getAsLong();
            long wait = Math.min(until, stop) - runtime.now();
            open = wait > 0 && runtime.sleep(wait, () -> underWay.get() == 0 || stopAt.getAsLong() != stop);
        }
        boolean inTime = runtime.now() < until;
        sent.forEach(row -> judge(row, inTime));
    }

    private void send(Publisher publisher, Row row, Thread waiting) {
        sent.add(row);
        underWay.incrementAndGet();
        try {
            publisher
                    .publish(row.publishable(null, settings.knownTypes()))
                    .whenComplete((result, failure) -> ended(row, failure, waiting));
        } catch (RuntimeException | Error thrown) {
            ended(row, thrown, waiting);
        }
    }

    private void ended(Row row, @Nullable Throwable failure, Thread waiting) {
        Object end = failure == null ? CONFIRMED : unwrapped(failure);
        if (ends.putIfAbsent(row, end) == null && underWay.decrementAndGet() == 0) {
            LockSupport.unpark(waiting);
        }
    }

    private void judge(Row row, boolean inTime) {
        Object end = ends.get(row);
        if (end instanceof PublisherUnavailableException unavailable) {
            availability.refused(unavailable); // and the message is free again
        } else if (end instanceof Throwable failure) {
            failed.put(row, failure);
        } else if (end != null) {
            confirmed.add(row);
            availability.confirmed();
        } else if (!inTime) {
            String text = "not confirmed within " + Durations.format(settings.publishTimeout());
            failed.put(row, new TimeoutException(text));
        }
    }

    List<Row> confirmed() {
        return confirmed;
    }

    Map<Row, Throwable> failed() {
        return failed;
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
