package dev.seawall.saga;

/** What happens when a compensation has failed for good. */
public enum OnCompensationFailure {

    /** The saga is parked; an operator decides before anything else is undone. */
    PARK,

    /** What came before is undone as well; the saga is parked at the end. */
    CONTINUE
}
