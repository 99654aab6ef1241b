package dev.seawall.outbox.suite;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.Publisher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The least a relay does: all messages, again and again until each is confirmed, never a later one of a key before an earlier. */
public final class Relay {

    private final Publisher publisher;

    public Relay(Publisher publisher) {
        this.publisher = publisher;
    }

    /** Hands over a message; what is thrown is as good as a stage that fails. */
    public static CompletableFuture<?> hand(Publisher publisher, Envelope message) {
        try {
            return publisher.publish(message).toCompletableFuture();
        } catch (RuntimeException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    /** Publishes all; gives up after 30 s. */
    public void publishAll(List<Envelope> messages) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        var left = new ArrayList<>(messages);
        while (!left.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(left.size() + " messages could not be published");
            }
            if (!round(left)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    /** Hands over what is left, as far as the order allows, then waits for all. Tells whether none failed. */
    private boolean round(List<Envelope> left) {
        var stages = new LinkedHashMap<Envelope, CompletableFuture<?>>();
        var busy = new HashSet<String>();
        for (Envelope message : left) {
            var key = message.key();
            if (publisher.keepsOrder() || key == null || busy.add(message.topic() + " " + key)) {
                stages.put(message, hand(publisher, message));
            }
        }
        publisher.flush();
        stages.forEach((message, stage) -> {
            if (isConfirmed(stage)) {
                left.remove(message);
            }
        });
        return left.stream().noneMatch(stages::containsKey);
    }

    private static boolean isConfirmed(CompletableFuture<?> stage) {
        try {
            stage.get(15, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException refused) {
            return false;
        } catch (Exception lost) {
            throw new AssertionError("a stage did not end", lost);
        }
    }
}
