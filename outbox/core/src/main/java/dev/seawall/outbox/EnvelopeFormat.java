package dev.seawall.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a message looks on the wire, whatever the broker.
 *
 * <p><b>Threads:</b> used by any number of threads at the same time.
 */
public interface EnvelopeFormat {

    /**
     * Makes the wire form. The same envelope must look the same each time, but for its epoch.
     *
     * @param envelope what to send
     * @return its form on the wire; topic and key are carried by the broker in its own way
     */
    WireMessage write(Envelope envelope);

    /**
     * Reads the wire form. It may come from anyone.
     *
     * @param wire what was received
     * @param topic where it was received from
     * @param key whose order it keeps, if the broker knows; what the wire form itself says goes first
     * @param receivedAt stands in for the time of creation if the wire form does not tell it
     * @return the message
     * @throws PoisonMessageException if it is no such message
     */
    Envelope read(WireMessage wire, String topic, @Nullable String key, Instant receivedAt);

    /**
     * The plain form: the payload is the body, the rest is headers named {@code seawall-id}, {@code seawall-type},
     * {@code seawall-version}, {@code seawall-key}, {@code seawall-position} and {@code seawall-created}, beside the producer's
     * own.
     *
     * @return the format that is used unless another is set
     */
    static EnvelopeFormat plain() {
        return PlainFormat.INSTANCE;
    }
}
