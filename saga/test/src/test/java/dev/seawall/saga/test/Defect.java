package dev.seawall.saga.test;

/** What is broken on purpose, to see that the simulation finds it. */
enum Defect {
    NONE,
    /** A write is applied whoever owns the saga. */
    NO_FENCE,
    /** What is about to be done is not stored before. */
    NO_INTENT,
    /** Compensations run in the order of the steps. */
    WRONG_ORDER,
    /** A saga whose deadline passes while it compensates is given up. */
    DEADLINE_STOPS_COMPENSATION,
    /** A failure behind the pivot leads to compensation. */
    PIVOT_COMPENSATED,
    /** A signal that was accepted is not found. */
    SIGNAL_MISSED,
    /** A step given up in doubt counts as without effect. */
    DOUBT_NOT_COMPENSATED,
    /** Failed attempts are not counted. */
    ATTEMPTS_FORGOTTEN,
    /** The state that a step made is not stored. */
    RESULT_LOST,
    /** A saga that waits is not due when its time has come. */
    WAKE_LOST
}
