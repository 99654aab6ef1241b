package dev.seawall.outbox.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of a key that were read and wait to be sent, in the order of their sequence. */
final class KeyQueue {

    private final Deque<Delivery> waiting = new ArrayDeque<>(2);
    private int underWay;

    void add(Delivery delivery) {
        Delivery last = waiting.peekLast();
        waiting.addLast(delivery);
        if (last != null && last.row.seq > delivery.row.seq) {
            sort(); // it was committed late, and comes before those that wait
        }
    }

    private void sort() {
        List<Delivery> sorted = new ArrayList<>(waiting);
        sorted.sort(Comparator.comparingLong(delivery -> delivery.row.seq));
        waiting.clear();
        waiting.addAll(sorted);
    }

    /** The next message that may be sent; {@code null} if there is none or one must be waited for. */
    @Nullable
    Delivery next(boolean oneAtATime) {
        if (oneAtATime && underWay > 0) {
            return null;
        }
        Delivery next = waiting.pollFirst();
        if (next != null) {
            underWay++;
        }
        return next;
    }

    void ended() {
        underWay--;
    }

    boolean isDone() {
        return underWay == 0 && waiting.isEmpty();
    }

    /** Drops what was not sent. */
    List<Delivery> dropWaiting() {
        List<Delivery> rest = List.copyOf(waiting);
        waiting.clear();
        return rest;
    }
}
