package dev.seawall.outbox.jdbc;

/** What becomes of a key whose first message cannot be published. */
public enum ParkingPolicy {

    /** The key waits, with the message at its head, until somebody decides. Order stays; other keys go on. */
    HOLD_KEY,

    /** The message is taken out of the way, and the rest of its key goes on without it. */
    MESSAGE_ONLY
}
