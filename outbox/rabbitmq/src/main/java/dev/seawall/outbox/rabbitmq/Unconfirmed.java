package dev.seawall.outbox.rabbitmq;

import dev.seawall.outbox.Envelope;
import dev.seawall.outbox.PoisonMessageException;
import dev.seawall.outbox.PublishFailedException;
import dev.seawall.outbox.rabbitmq.RabbitPublisherConfig.Unroutable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A message that the broker has not answered for yet. */
final class Unconfirmed {

    private final Envelope message;
    private final String exchange;
    private final CompletableFuture<Void> confirmed;
    private volatile @Nullable String returned;

    Unconfirmed(Envelope message, String exchange, CompletableFuture<Void> confirmed) {
        this.message = message;
        this.exchange = exchange;
        this.confirmed = confirmed;
    }

    boolean hasId(@Nullable String id) {
        return message.id().equals(id);
    }

    /** The broker sends it back, and then confirms it all the same. */
    void returned(String why) {
        returned = why;
    }

    void acknowledged(Unroutable unroutable) {
        String why = returned;
        if (why == null || unroutable == Unroutable.DROP) {
            confirmed.complete(null);
            return;
        }
        String text =
                message + " was returned by exchange '" + exchange + "' (" + why + "): no queue takes it; bind one";
        confirmed.completeExceptionally(
                unroutable == Unroutable.POISON
                        ? new PoisonMessageException(text, null)
                        : new PublishFailedException(text, null));
    }

    void refused() {
        confirmed.completeExceptionally(new PublishFailedException(
                message + " was refused by the broker: a queue of exchange '" + exchange
                        + "' may be full, or none bound",
                null));
    }

    /** The channel is gone. Some of its reasons name an exchange; then those that went there are to blame, nobody else. */
    void lost(RuntimeException failure, String reason) {
        confirmed.completeExceptionally(
                reason.contains("exchange '" + exchange + "'")
                        ? new PublishFailedException(message + " was not published: " + reason, failure)
                        : failure);
    }
}
