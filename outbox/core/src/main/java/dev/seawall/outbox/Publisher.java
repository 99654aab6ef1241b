package dev.seawall.outbox;

import java.util.concurrent.CompletionStage;

/**
 * Brings messages to a broker, or wherever they go.
 *
 * <p><b>What the relay does:</b> it hands over one message after another without waiting, except that the next message of a key
 * comes only once the one before is confirmed, unless {@link #keepsOrder()}. It keeps a message until it is confirmed, and hands
 * it over again, perhaps in another process, if that is uncertain: what is published here must be the same each time, with the
 * same id.
 *
 * <p><b>How a publisher says no</b>, by an exception thrown or a stage that fails:
 *
 * <ul>
 *   <li>{@link PublisherUnavailableException}: nothing can be published now. No message is to blame; the relay stops for a while.
 *   <li>{@link PoisonMessageException}: this message can never be published. It is parked.
 *   <li>anything else, such as {@link PublishFailedException}: this message failed, and is tried again later.
 * </ul>
 *
 * <p><b>Threads:</b> called by the threads of one relay, by each for other keys. Stages may end on any thread.
 */
public interface Publisher extends AutoCloseable {

    /**
     * Starts to publish a message. Should not block; may wait for room in a bounded buffer.
     *
     * @param message what to publish
     * @return ends when whoever takes it has confirmed that it is safe there. A stage that never ends is given up after the
     *     relay's time limit
     */
    CompletionStage<?> publish(Envelope message);

    /** Told when no further message comes for now: what was held back to go out together should go out. Does nothing unless overridden. */
    default void flush() {}

    /**
     * Whether a message that fails makes all later ones of its key fail that were handed over before the failure was known. The
     * relay then need not wait for a confirmation between messages of one key. Who says so wrongly breaks their order.
     *
     * @return {@code false} unless overridden
     */
    default boolean keepsOrder() {
        return false;
    }

    /** Lets go of connections. Messages under way are given up. */
    @Override
    void close();
}
