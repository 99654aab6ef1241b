package dev.seawall.circuitbreaker;

/** How a call ends. */
enum End {
    SUCCESS,
    FAILURE,
    /** An {@code Error}; a failure of a permit. */
    ERROR,
    /** An exception that the classifier calls neutral; a permit that is closed. */
    IGNORED,
    /** An interrupt, a cancelled future, a permit that is closed. */
    CANCELLED
}
