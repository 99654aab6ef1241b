package dev.seawall.saga;

import dev.seawall.payload.EncodedPayload;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Objects that stay objects, for sagas that never leave the process: what is stored is a number. An object is forgotten with the
 * last reference to the payload with its number; those named as kept are referred to by the payload that they belong to.
 */
final class HeldPayloads implements Payloads {

    private record Held(Object value, WeakReference<EncodedPayload> key, List<EncodedPayload> kept) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<EncodedPayload, Held> objects = new WeakHashMap<>(); // guarded by lock
    private long count; // guarded by lock

    @Override
    public EncodedPayload encode(Object value, Collection<EncodedPayload> kept) {
        lock.lock();
        try {
            byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(++count).array();
            EncodedPayload payload = EncodedPayload.of("held", 1, "application/octet-stream", number);
            List<EncodedPayload> originals = kept.stream().map(this::original).toList();
            objects.put(payload, new Held(value, new WeakReference<>(payload), originals));
            return payload;
        } finally {
            lock.unlock();
        }
    }

    /** The payload of that number which is the key here, and keeps the object. */
    private EncodedPayload original(EncodedPayload payload) {
        Held held = objects.get(payload);
        EncodedPayload key = held == null ? null : held.key().get();
        return key == null ? payload : key;
    }

    @Override
    public Object decode(EncodedPayload payload) {
        lock.lock();
        try {
            @Nullable Held held = objects.get(payload);
            if (held == null) {
                throw new IllegalStateException("an object held in memory was forgotten: " + payload);
            }
            return held.value();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String hash(Object value, EncodedPayload encoded) {
        return Shape.sha256(value.getClass().getName() + ' ' + value.hashCode());
    }
}
