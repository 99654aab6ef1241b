package dev.seawall.outbox.jdbc;

import dev.seawall.Durations;
import dev.seawall.outbox.Publisher;
import dev.seawall.outbox.PublisherUnavailableException;
import dev.seawall.outbox.jdbc.Delivery.End;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands messages to the publisher, at most one of a key at a time, and collects how they ended. Confirmations arrive on any
 * thread; all else belongs to the worker's.
 */
final class Dispatcher {

    private final RelaySettings settings;
    private final Publisher publisher;
    private final boolean oneAtATime;
    private final OwnedPartitions partitions;
    private final Runnable wakeUp;
    private final Availability availability;
    private final Queue<End> ends = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean told = new AtomicBoolean(); // that there are ends
    private final List<Delivery> confirmed = new ArrayList<>();
    private final List<End> failed = new ArrayList<>();
    private final List<Delivery> heldBack = new ArrayList<>();

    Dispatcher(
            RelaySettings settings,
            Availability availability,
            Publisher publisher,
            OwnedPartitions partitions,
            Runnable wakeUp) {
        this.settings = settings;
        this.availability = availability;
        this.publisher = publisher;
        this.oneAtATime = !publisher.keepsOrder();
        this.partitions = partitions;
        this.wakeUp = wakeUp;
    }

    // ---- results

    /** What was confirmed and is still in the table. */
    List<Delivery> confirmed() {
        return confirmed;
    }

    /** What has failed; its key needs a block. */
    List<End> failed() {
        return failed;
    }

    /** What stands behind a failed message of its key. */
    List<Delivery> heldBack() {
        return heldBack;
    }

    void clear() {
        confirmed.clear();
        failed.clear();
        heldBack.clear();
    }

    /** Forgets what belongs to partitions that are gone. */
    void forgetStrangers() {
        confirmed.removeIf(delivery -> !partitions.has(delivery.partition));
        failed.removeIf(end -> !partitions.has(end.delivery().partition));
        heldBack.removeIf(delivery -> !partitions.has(delivery.partition));
    }

    boolean hasEnds() {
        return !ends.isEmpty();
    }

    // ---- sending

    void send(Collection<KeyQueue> queues) {
        if (!queues.isEmpty()) {
            queues.forEach(this::send);
            publisher.flush();
        }
    }

    private void send(KeyQueue queue) {
        for (Delivery next = queue.next(oneAtATime); next != null; next = queue.next(oneAtATime)) {
            next.partition.began();
            send(next);
        }
    }

    private void send(Delivery delivery) {
        if (!delivery.partition.lease.isHeld()) {
            // For good: a renewal that was under way may come through yet, and nobody would send this one any more.
            delivery.partition.lease.lost();
            return;
        }
        delivery.sentAt(settings.runtime().now());
        CompletionStage<?> stage;
        try {
            stage = publisher.publish(
                    delivery.row.publishable(delivery.partition.lease.epoch(), settings.knownTypes()));
        } catch (RuntimeException | Error thrown) {
            ended(new End(delivery, thrown));
            return;
        }
        if (stage instanceof CompletableFuture<?> future && future.isDone() && !future.isCompletedExceptionally()) {
            ended(new End(delivery, null)); // saves the way through the queue
        } else {
            stage.whenComplete((result, failure) -> tell(new End(delivery, failure)));
        }
    }

    /** Wakes the worker for the first of many: to wake a thread costs more than all else that is done here. */
    private void tell(End end) {
        ends.add(end);
        if (!told.getAndSet(true)) {
            wakeUp.run();
        }
    }

    // ---- ends

    /** Takes in what has ended, and sends what comes next. */
    void takeEnds() {
        List<KeyQueue> next = new ArrayList<>();
        while (told.getAndSet(false)) { // until nobody has told since it looked: whoever comes later wakes
            for (End end = ends.poll(); end != null; end = ends.poll()) {
                ended(end);
                Delivery delivery = end.delivery();
                KeyQueue queue = delivery.partition.queue(delivery.row.key);
                if (queue != null && partitions.has(delivery.partition)) {
                    next.add(queue);
                }
            }
        }
        send(next);
    }

    /** Whether a message has been handed over and has not ended. */
    boolean isAnyUnderWay() {
        return partitions.all().stream().anyMatch(OwnedPartition::isAnyUnderWay);
    }

    /** Gives up what was not confirmed in time. */
    void endOverdue() {
        long now = settings.runtime().now();
        long limit = Durations.toNanos(settings.publishTimeout());
        List<Delivery> overdue = partitions.all().stream()
                .filter(OwnedPartition::isAnyUnderWay)
                .flatMap(partition -> partition.pending().stream())
                .filter(delivery -> delivery.isOverdue(now, limit))
                .toList();
        for (Delivery delivery : overdue) {
            String text = "not confirmed within " + Durations.format(settings.publishTimeout());
            ended(new End(delivery, new TimeoutException(text)));
        }
    }

    private void ended(End end) {
        Delivery delivery = end.delivery();
        KeyQueue queue = delivery.partition.queue(delivery.row.key);
        if (!partitions.has(delivery.partition) || queue == null || !delivery.end()) {
            return;
        }
        queue.ended();
        delivery.partition.ended();
        if (end.failure() == null) {
            confirmed.add(delivery);
            availability.confirmed();
            return;
        }
        Throwable cause = Batch.unwrapped(end.failure());
        List<Delivery> after = queue.dropWaiting(); // must not overtake it
        if (cause instanceof PublisherUnavailableException) {
            availability.refused(cause);
            delivery.partition.giveUp(delivery);
            after.forEach(delivery.partition::giveUp);
        } else {
            failed.add(new End(delivery, cause));
            heldBack.addAll(after);
        }
    }
}
