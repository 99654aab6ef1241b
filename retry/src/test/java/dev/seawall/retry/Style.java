package dev.seawall.retry;

/** The ways in which a call can be made and its attempts can end. Every rule holds in each of them. */
enum Style {
    /** A synchronous call. */
    SYNC,
    /** An asynchronous call whose stages are completed when they are returned. */
    ASYNC_AT_ONCE,
    /** An asynchronous call whose failing attempts throw instead of returning a stage. */
    ASYNC_THROWING,
    /** An asynchronous call whose stages are completed later, by a timer. */
    ASYNC_LATER
}
