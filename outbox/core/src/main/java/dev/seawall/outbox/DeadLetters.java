package dev.seawall.outbox;

import org.jspecify.annotations.Nullable;

/**
 * Where a consumer puts messages that it gives up, in place of what the broker offers for that.
 *
 * <p><b>Threads:</b> called by the consumer's thread, outside of any transaction.
 */
@FunctionalInterface
public interface DeadLetters {

    /**
     * Sets a message aside. When this returns the message is acknowledged and does not come again. It may come here twice if the
     * process ends in between.
     *
     * @param wire the message as it was received
     * @param topic where it was received from
     * @param key whose order it keeps, if the broker knows
     * @param reason why it is given up. Its text may hold what a handler put there
     * @throws Exception if it cannot be set aside. It is then handled again after a while: who always throws has a consumer that
     *     goes no further than this message
     */
    void setAside(WireMessage wire, String topic, @Nullable String key, Throwable reason) throws Exception;
}
