package dev.seawall.outbox.kafka;

import dev.seawall.outbox.Envelope;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Holds back the later messages of a key of which one failed, until whoever hands them over has seen that.
 *
 * <p>A relay that hands over m1, m2 and m3 in a row may be about to hand over m3 when m1 fails. Were m3 taken, it would overtake
 * m1. So from a failure on, a message of that key that is new here fails as well. One that has failed here before is handed over
 * again, by somebody who knows: it and what follows may pass.
 */
final class FailedKeys {

    /** More than any relay reads at once. What is forgotten beyond it only lets a message pass, or fail once more. */
    private static final int MOST = 10_000;

    private record Key(String topic, String key) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Set<String>> failed = new LinkedHashMap<>(); // ids by key; guarded by lock
    private volatile boolean any;

    /** A message failed. To be told before anybody else learns of it. */
    void failed(Envelope message) {
        String key = message.key();
        if (key == null) {
            return;
        }
        lock.lock();
        try {
            any = true;
            Set<String> ids = failed.computeIfAbsent(new Key(message.topic(), key), unknown -> new LinkedHashSet<>());
            ids.add(message.id());
            dropOldest(ids);
            dropOldest(failed.keySet());
        } finally {
            lock.unlock();
        }
    }

    /** Whether a message may be sent; if not, it counts as failed. */
    boolean mayPass(Envelope message) {
        String key = message.key();
        if (!any || key == null) {
            return true;
        }
        lock.lock();
        try {
            Key whole = new Key(message.topic(), key);
            Set<String> ids = failed.get(whole);
            if (ids == null) {
                return true;
            }
            if (ids.contains(message.id())) {
                failed.remove(whole);
                any = !failed.isEmpty();
                return true;
            }
            ids.add(message.id());
            dropOldest(ids);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static void dropOldest(Set<?> set) {
        if (set.size() > MOST) {
            var oldest = set.iterator();
            oldest.next();
            oldest.remove();
        }
    }
}
