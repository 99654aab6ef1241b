package dev.seawall.outbox.jdbc;

/** Whether the publisher can publish at all, as one worker has found. Belongs to its thread. */
final class Availability {

    private final RelaySettings settings;
    private final OutboxRelay relay;
    private long unavailableUntil;
    private int refusals; // in a row

    Availability(RelaySettings settings, OutboxRelay relay) {
        this.settings = settings;
        this.relay = relay;
    }

    boolean mayPublish() {
        return settings.runtime().now() >= unavailableUntil;
    }

    /** Whether the next messages are a trial. */
    boolean isTrying() {
        return refusals > 0;
    }

    /** What was under way besides the first that was refused tells nothing new. */
    void refused(Throwable cause) {
        if (mayPublish()) {
            refusals++;
            long wait = settings.delayNanos(refusals);
            unavailableUntil = settings.runtime().now() + wait;
            relay.tellUnavailable(wait, cause, refusals == 1);
        }
    }

    void confirmed() {
        if (refusals > 0) {
            refusals = 0;
            unavailableUntil = 0;
            relay.tellAvailable();
        }
    }
}
