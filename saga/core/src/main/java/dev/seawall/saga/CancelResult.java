package dev.seawall.saga;

/** What became of the wish to cancel a saga. */
public enum CancelResult {

    /** It is stored: the saga will be compensated, unless its pivot is done before the wish is seen. */
    ACCEPTED,

    /** It was cancelled before, or is compensated already. */
    ALREADY,

    /** Its pivot is done, or it has ended. */
    TOO_LATE,

    /** There is no such saga. */
    UNKNOWN
}
