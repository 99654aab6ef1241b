package dev.seawall.saga;

/** How far a saga is. */
public enum SagaStatus {

    /** Steps are done, or waited for; all of them can still be compensated. */
    RUNNING,

    /** The pivot is done, or may have had effect: from here there is only forward. */
    PAST_PIVOT,

    /** Steps are undone, in reverse order. */
    COMPENSATING,

    /** A human must decide: it cannot go on by itself. */
    PARKED,

    /** All steps have been done. */
    COMPLETED,

    /** All steps that took effect have been undone. */
    COMPENSATED,

    /** An operator gave it up as it was. */
    ABANDONED;

    /**
     * Whether it has come to its end.
     *
     * @return {@code true} if nothing changes any more
     */
    public boolean isEnd() {
        return this == COMPLETED || this == COMPENSATED || this == ABANDONED;
    }

    /**
     * Whether the engine works on it, now or when it is due.
     *
     * @return {@code false} if it has ended or is parked
     */
    public boolean isActive() {
        return this == RUNNING || this == PAST_PIVOT || this == COMPENSATING;
    }
}
