package dev.seawall.outbox.jdbc;

import java.time.Duration;

/** What happened in a relay. Without contents and keys, which may be secrets. */
public sealed interface RelayEvent {

    /**
     * A message could not be published and will be tried again.
     *
     * @param messageId which message
     * @param topic where it goes
     * @param attempts how often it was tried
     * @param nextIn how long its key waits
     * @param failure why
     */
    record AttemptFailed(String messageId, String topic, int attempts, Duration nextIn, Throwable failure)
            implements RelayEvent {}

    /**
     * A message was given up, and waits for somebody to decide.
     *
     * @param messageId which message
     * @param topic where it goes
     * @param attempts how often it was tried
     * @param policy whether its key waits with it
     * @param failure why
     */
    record Parked(String messageId, String topic, int attempts, ParkingPolicy policy, Throwable failure)
            implements RelayEvent {}

    /**
     * The publisher can publish nothing for now; the relay stops reading.
     *
     * @param nextIn how long until it tries again
     * @param failure why
     */
    record PublisherUnavailable(Duration nextIn, Throwable failure) implements RelayEvent {}

    /** The publisher has published again. */
    record PublisherAvailable() implements RelayEvent {}

    /**
     * The database could not be asked; what was under way is read again.
     *
     * @param failure why
     */
    record DatabaseFailed(Throwable failure) implements RelayEvent {}
}
