package dev.seawall.outbox.kafka;

import dev.seawall.outbox.Envelope;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** One message on its way through one producer. */
final class Sending implements Callback {

    private final Envelope message;
    private final Generation generation;
    private final FailedKeys failedKeys;
    private final CompletableFuture<Void> confirmed = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread caller = Thread.currentThread();
    private boolean handedOver; // of interest to the caller's thread alone

    Sending(Envelope message, Generation generation, FailedKeys failedKeys) {
        this.message = message;
        this.generation = generation;
        this.failedKeys = failedKeys;
    }

    CompletableFuture<Void> send(ProducerRecord<byte[], byte[]> form) {
        try {
            generation.send(form, this);
        } catch (RuntimeException refused) {
            onCompletion(null, refused);
        }
        handedOver = true;
        return confirmed;
    }

    @Override
    public void onCompletion(@Nullable RecordMetadata where, @Nullable Exception failure) {
        if (!ended.compareAndSet(false, true)) {
            return; // refused after it was told to have failed
        }
        if (failure == null) {
            confirmed.complete(null);
        } else {
            failedKeys.failed(message);
            if (!isRefusedHere() || Failures.isFatal(failure)) {
                generation.retire();
            }
            confirmed.completeExceptionally(Failures.of(failure, message));
        }
        generation.leave();
    }

    /** Whether the producer has not even taken the message, so that nothing handed over later can have been sent. */
    private boolean isRefusedHere() {
        return caller.equals(Thread.currentThread()) && !handedOver;
    }
}
