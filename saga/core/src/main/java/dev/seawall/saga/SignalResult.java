package dev.seawall.saga;

/** What became of a signal. */
public enum SignalResult {

    /** It is stored; the saga gets it when it waits for it. */
    ACCEPTED,

    /** The saga has ended, and nobody will wait for it. */
    TOO_LATE,

    /** There is no such saga. */
    UNKNOWN
}
