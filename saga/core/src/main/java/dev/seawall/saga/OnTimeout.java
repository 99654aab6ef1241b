package dev.seawall.saga;

/** What happens when a signal has not come in time. */
public enum OnTimeout {

    /** The saga is compensated. */
    COMPENSATE,

    /** The saga goes on as if nothing had been waited for. */
    GO_ON
}
